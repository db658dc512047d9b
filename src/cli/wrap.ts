/** Text after a prefix, no line longer than `columns`; what does not fit goes on below the text, long words are broken. */
export function wrapped(prefix: string, text: string, columns: number): string {
  const width = Math.max(10, columns - prefix.length);
  const lines = text.split("\n").flatMap((line) => (line.length <= width ? [line] : broken(line, width)));
  return lines.map((line, index) => (index === 0 ? prefix : " ".repeat(prefix.length)) + line).join("\n");
}

function broken(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > 0 ? space : width;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest === "" ? lines : [...lines, rest];
}
