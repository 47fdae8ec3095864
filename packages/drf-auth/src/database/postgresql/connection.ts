import type { Socket } from "node:net";
import { Client, type ClientConfig, type CustomTypesConfig, type QueryArrayResult, type QueryResult } from "pg";
import type { SqlValue } from "../statement.ts";
import { ChannelNotBound } from "./channel-not-bound.ts";
import { ServerSilent } from "./server-silent.ts";
import { storedForm } from "./stored-form.ts";

/** How often a server that goes on sending is looked at again. */
const lookAgainMilliseconds = 2000;
/** How long a server may take to say goodbye. */
const farewellMilliseconds = 1000;
const renewAfterMilliseconds = 10_000;

/** One connection to a server, which is destroyed where the server is silent for too long: what it would say later is nobody's. */
export class Connection {
  /** Since when nobody uses it. */
  idleSince = 0;
  /** Whether it is ended when it is released. */
  isStale = false;
  /** Is told once that it is lost, by itself or by `destroy`. */
  onLost: (error: Error) => void = () => {};
  readonly #client: Client;
  readonly #openedAt = performance.now();
  #lost: Error | undefined;

  constructor(config: ClientConfig) {
    this.#client = new Client({ keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...config });
    // Unheard, it would end the process. Who waits for a statement is told by that.
    this.#client.on("error", (error) => this.destroy(error));
    this.#client.on("end", () => this.destroy(new Error("Connection terminated")));
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Whether no transaction goes on in it. */
  get isIdle(): boolean {
    return this.#client.getTransactionStatus() === "I";
  }

  /** Has it end before a password is sent to a server that does not prove that no one is in between. */
  requireChannelBinding(): void {
    const { connection } = this.#client;
    let isBound = false;
    const refuse = (): void => this.destroy(new ChannelNotBound());
    connection.on("authenticationSASL", ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
      isBound = mechanisms.includes("SCRAM-SHA-256-PLUS");
      if (!isBound) refuse();
    });
    for (const way of ["authenticationCleartextPassword", "authenticationMD5Password"]) connection.on(way, refuse);
    connection.on("authenticationOk", () => void (isBound || refuse()));
  }

  /** Connects and makes the session what it shall be, within so many seconds; gives the rows of the last statement. */
  async open(settings: string, seconds: number): Promise<readonly unknown[]> {
    try {
      return await this.#within(seconds, async () => {
        await this.#client.connect();
        const results = (await this.#client.query(settings)) as QueryResult | readonly QueryResult[];
        return [results].flat().at(-1)?.rows ?? [];
      });
    } catch (error) {
      const why = this.#lost ?? (error instanceof Error ? error : new Error(String(error)));
      // A socket that stays open would keep the process from ending.
      this.destroy(why);
      throw why;
    }
  }

  /** Runs a statement; its rows are arrays of values in their stored form. */
  run(
    text: string,
    values: readonly SqlValue[],
    name: string | undefined,
    seconds: number,
  ): Promise<QueryArrayResult<SqlValue[]>> {
    return this.#within(seconds, () =>
      this.#client.query<SqlValue[]>({
        text,
        values: values as SqlValue[],
        rowMode: "array",
        types: storedForm as CustomTypesConfig,
        ...(name && { name }),
      }),
    );
  }

  /** Runs what takes no values and gives no rows; gives what the server says that it did. */
  async execute(sql: string, seconds: number): Promise<string> {
    const results = (await this.#within(seconds, () => this.#client.query(sql))) as
      | QueryResult
      | readonly QueryResult[];
    return [results].flat().at(-1)?.command ?? "";
  }

  /** Has it replaced, since another may lead to a better server; not all the time where that is the same. */
  renewSoon(): void {
    this.isStale ||= performance.now() - this.#openedAt > renewAfterMilliseconds;
  }

  /** Ends it as the protocol has it, or without an answer. */
  async end(): Promise<void> {
    this.#lost ??= new Error("Connection ended");
    const timer = setTimeout(() => this.#socket.destroy(), farewellMilliseconds);
    await this.#client.end();
    clearTimeout(timer);
  }

  /** Ends it at once: what waits for an answer is told the error. */
  destroy(error: Error): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#socket.destroy(error);
    this.onLost(error);
  }

  /** The driver puts TLS around the socket where it is spoken, so it is looked up. */
  get #socket(): Socket {
    return this.#client.connection.stream as Socket;
  }

  async #within<Result>(seconds: number, work: () => Promise<Result>): Promise<Result> {
    if (seconds === Infinity) return work();
    let seen = this.#socket.bytesRead;
    let immediate: NodeJS.Immediate | undefined;
    let timer = setTimeout(look, seconds * 1000, this);
    function look(connection: Connection): void {
      // What came while this process was busy is read first.
      immediate = setImmediate(() => {
        const { bytesRead } = connection.#socket;
        if (bytesRead === seen) return connection.destroy(new ServerSilent(seconds));
        seen = bytesRead;
        timer = setTimeout(look, lookAgainMilliseconds, connection);
      });
    }
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      clearImmediate(immediate);
    }
  }
}
