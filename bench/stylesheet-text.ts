/** Text that looks like a stylesheet and is always the same, of a number of bytes. */
export function stylesheetText(bytes: number): string {
  let state = 1;
  // Numbers of a linear congruential generator (Numerical Recipes): a text without them compresses to nothing.
  const below = (limit: number): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * limit);
  };
  let text = "";
  for (let rule = 1; text.length < bytes; rule += 1) {
    const color = below(2 ** 24)
      .toString(16)
      .padStart(6, "0");
    text += `.block-${rule} > .part-${below(50)} {\n  color: #${color};\n  margin: ${below(40)}px ${below(9)}em;\n}\n`;
  }
  return text.slice(0, bytes - 1).padEnd(bytes, "\n");
}
