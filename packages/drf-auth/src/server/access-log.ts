import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

import type { Handler } from "./handler.ts";

/** How a line is written: as JSON, in the combined format that web servers and their tools share, or for a person. */
export type AccessLogFormat = (typeof accessLogFormats)[number];

export const accessLogFormats = ["json", "combined", "short"] as const;

const lines: Readonly<Record<AccessLogFormat, (entry: AccessLogEntry) => string>> = {
  json: jsonLine,
  combined: combinedLine,
  short: shortLine,
};

/** One request and its answer. The query is left out of addresses: it may hold what no log should. */
export interface AccessLogEntry {
  /** When the answer ended, in milliseconds since 1970. */
  readonly time: number;
  readonly pid: number;
  /** The client's address, as far as proxies are trusted. */
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly version: string;
  /** The status of the answer; whether the client saw it is another matter. */
  readonly status: number;
  /** Sent on the connection for this answer, headers included. */
  readonly bytes: number;
  /** From the headers of the request to the last byte of the answer. */
  readonly milliseconds: number;
  readonly referrer: string | undefined;
  readonly agent: string | undefined;
  /** Whether the connection was closed before the answer was complete. */
  readonly isCutOff: boolean;
}

export interface AccessLogOptions {
  readonly format: AccessLogFormat;
  write(lines: string): void;
  clientAddressOf(request: IncomingMessage): string;
}

const longestText = 512;
const flushCharacters = 16 * 1024;
const flushMilliseconds = 50;

/** Writes a line for each answer, many lines at a time. */
export class AccessLog {
  readonly #options: AccessLogOptions;
  readonly #lineOf: (entry: AccessLogEntry) => string;
  /** What was sent on a connection when the previous answer was logged. */
  readonly #sentBefore = new WeakMap<Socket, number>();
  #lines = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AccessLogOptions) {
    this.#options = options;
    this.#lineOf = lines[options.format];
  }

  /** Returns a handler that logs what the given one answers. */
  follow(handler: Handler): Handler {
    return (request, response) => {
      const startedAt = performance.now();
      // Asked now: a connection that is closed no longer tells.
      const client = this.#options.clientAddressOf(request);
      const { socket } = request;
      response.once("close", () => {
        const sent = socket.bytesWritten;
        this.#add({
          time: Date.now(),
          pid: process.pid,
          client,
          method: request.method ?? "",
          path: withoutQuery(request.url ?? ""),
          version: request.httpVersion,
          status: response.statusCode,
          bytes: sent - (this.#sentBefore.get(socket) ?? 0),
          milliseconds: Math.round((performance.now() - startedAt) * 100) / 100,
          referrer: request.headers.referer && withoutQuery(request.headers.referer),
          agent: request.headers["user-agent"]?.slice(0, longestText),
          isCutOff: !response.writableFinished,
        });
        this.#sentBefore.set(socket, sent);
      });
      handler(request, response);
    };
  }

  /** Writes what is still to be written. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = "";
    if (lines !== "") this.#options.write(lines);
  }

  #add(entry: AccessLogEntry): void {
    this.#lines += this.#lineOf(entry);
    if (this.#lines.length >= flushCharacters) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), flushMilliseconds);
  }
}

function withoutQuery(address: string): string {
  const query = address.indexOf("?");
  return address.slice(0, query < 0 ? longestText : Math.min(query, longestText));
}

/** Written part by part: this runs for every answer, and JSON.stringify of the whole takes three times as long. */
function jsonLine(entry: AccessLogEntry): string {
  const { time, pid, client, method, path, status, bytes, milliseconds, referrer, agent, isCutOff } = entry;
  return (
    `{"time":${time},"pid":${pid},"client":${JSON.stringify(client)},"method":"${method}",` +
    `"path":${JSON.stringify(path)},"status":${status},"bytes":${bytes},"ms":${milliseconds}` +
    (referrer === undefined ? "" : `,"referrer":${JSON.stringify(referrer)}`) +
    (agent === undefined ? "" : `,"agent":${JSON.stringify(agent)}`) +
    (isCutOff ? ',"cutOff":true}\n' : "}\n")
  );
}

/** `host - - [time] "request" status bytes "referrer" "agent"`, as Apache's documentation of mod_log_config has it. */
function combinedLine(entry: AccessLogEntry): string {
  const { client, method, path, version, status, bytes, referrer, agent } = entry;
  const request = quoted(`${method} ${path} HTTP/${version}`);
  return `${client} - - [${clock(entry.time)}] ${request} ${status} ${bytes} ${quoted(referrer)} ${quoted(agent)}\n`;
}

function shortLine({ method, path, status, milliseconds, isCutOff }: AccessLogEntry): string {
  return `${method} ${path} ${status} in ${milliseconds} ms${isCutOff ? ", cut off" : ""}\n`;
}

function quoted(text: string | undefined): string {
  return text === undefined ? '"-"' : JSON.stringify(text);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function clock(time: number): string {
  const iso = new Date(time).toISOString();
  const [year = "", month = "", day = ""] = iso.slice(0, 10).split("-");
  return `${day}/${months[Number(month) - 1]}/${year}:${iso.slice(11, 19)} +0000`;
}
