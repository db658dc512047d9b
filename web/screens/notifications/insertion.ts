/** Those that are true or false: they decide about a part of the text. */
const conditions: readonly string[] = ["fee.charged", "byBusiness"];

/** What is put in for a variable, in place of what was marked, and where the cursor is then. */
export function insertion(path: string, marked: string): { text: string; cursor: number } {
  if (!conditions.includes(path)) {
    const text = `{{ ${path} }}`;
    return { text, cursor: text.length };
  }
  const begin = `{% if ${path} %}${marked}`;
  return { text: `${begin}{% endif %}`, cursor: begin.length };
}
