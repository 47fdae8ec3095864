import { isIP, isIPv4, isIPv6 } from "node:net";
import type { IpProtocol } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { nullCharacterValidator, surrogateValidator, textOf, unlessBlank } from "./char-field.ts";

export interface IpAddressFieldOptions extends FieldOptions {
  readonly allowBlank?: boolean;
  /** Which addresses it takes. Default "both". */
  readonly protocol?: IpProtocol | "ipv4" | "ipv6";
}

/** An IPv4 or IPv6 address, as DRF's IPAddressField; IPv6 is written in its shortest form (RFC 5952). */
export function ipAddressField<const Options extends IpAddressFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, string> {
  const protocol = (options.protocol ?? "both").toLowerCase();
  const isValid = { both: (text: string) => isIP(text) !== 0, ipv4: isIPv4, ipv6: isIPv6 }[protocol] ?? isIPv4;
  const kinds = { both: "IPv4 or IPv6", ipv4: "IPv4", ipv6: "IPv6" }[protocol];
  const message = options.errorMessages?.["invalid"] ?? `Enter a valid ${kinds} address.`;
  return Object.freeze({
    type: "string",
    options,
    parse: (value: unknown) => {
      const invalid = () => failure(options, "invalid", message);
      if (typeof value !== "string") throw invalid();
      if (value.includes(":") && protocol !== "ipv4") {
        const address = value.replace(/%[^%]+$/, "");
        if (!isIPv6(address)) throw failure(options, "invalid", "Enter a valid IPv4 or IPv6 address.");
        const short = shortIPv6(address);
        return protocol === "both" && short.startsWith("::ffff:") && short.includes(".") ? short.slice(7) : short;
      }
      return textOf(value, options);
    },
    validators: [
      ...(options.validators ?? []),
      nullCharacterValidator,
      surrogateValidator,
      (value: unknown) => (isValid(value as string) ? undefined : message),
    ].map(unlessBlank),
  });
}

function shortIPv6(address: string): string {
  const mapped = /^(?:0*:)*:?(?:0+:)*(?:ffff):(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped && isIPv4(mapped[1] ?? "")) return `::ffff:${mapped[1]}`;
  // The host of a URL is written in the shortest form.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const inHex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!inHex) return short;
  const [high, low] = [Number.parseInt(inHex[1] ?? "0", 16), Number.parseInt(inHex[2] ?? "0", 16)];
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
