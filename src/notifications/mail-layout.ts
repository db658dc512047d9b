import type { Reading } from "./variables.ts";

interface Letter {
  readonly subject: string;
  /** Rendered: paragraphs with an empty line between them. */
  readonly text: string;
  readonly company: string;
  readonly reading: Reading;
}

/**
 * The HTML of a mail from its text: paragraphs; lines like `When: …` become a table, a line that ends in the message's
 * own link a button. All that comes from outside is escaped here; no other link is made, whatever a name contains.
 */
export function mailHtml({ subject, text, company, reading }: Letter): string {
  const paragraphs = text
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => block(paragraph.split("\n"), reading.manageLink));
  const german = reading.locale.startsWith("de");
  const unsubscribe =
    reading.unsubscribeLink === ""
      ? ""
      : ` · <a href="${escaped(reading.unsubscribeLink)}" style="color:inherit">${german ? "Abbestellen" : "Unsubscribe"}</a>`;
  return `<!doctype html>
<html lang="${escaped(reading.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(subject)}</title>
<style>${styles}</style>
</head>
<body>
<div class="page" style="max-width:600px;margin:0 auto;padding:24px 16px">
<div class="card" style="border-radius:12px;padding:28px 28px 12px">
<p class="brand" style="margin:0 0 20px;font-weight:600;font-size:15px">${escaped(company)}</p>
${paragraphs.join("\n")}
</div>
<p class="foot" style="font-size:13px;line-height:1.5;padding:12px 28px">${escaped(company)}${unsubscribe}</p>
</div>
</body>
</html>
`;
}

/** Colours stand in classes, so that a dark screen can have its own. */
const styles = `
body{margin:0;background:#f3f4f6;color:#1f2937;font:16px/1.55 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
.card{background:#ffffff;border:1px solid #e5e7eb}
.brand{color:#0f5c5c}
.foot,.key{color:#5b6472}
.facts{background:#f3f7f7}
.button{background:#0f5c5c;color:#ffffff}
@media (prefers-color-scheme:dark){
body{background:#111418;color:#e5e7eb}
.card{background:#1b2027;border-color:#2c333d}
.brand{color:#7fd1c7}
.foot,.key{color:#a3adba}
.facts{background:#232a33}
.button{background:#7fd1c7;color:#10201f}
}`;

function block(lines: readonly string[], link: string): string {
  const [only = ""] = lines;
  if (lines.length === 1 && link !== "" && only.endsWith(`: ${link}`))
    return button(only.slice(0, -link.length - 2), link);
  const facts = lines.map((line) => /^([^:]{1,30}): (.+)$/.exec(line));
  if (lines.length > 1 && facts.every((fact) => fact !== null)) {
    const rows = facts.map(
      ([, key = "", value = ""]) =>
        `<tr><td class="key" style="padding:4px 16px 4px 0;vertical-align:top;white-space:nowrap">${escaped(key)}</td><td style="padding:4px 0">${escaped(value)}</td></tr>`,
    );
    return `<table role="presentation" class="facts" style="border-radius:8px;padding:12px 16px;margin:0 0 16px;width:100%">${rows.join("")}</table>`;
  }
  return `<p style="margin:0 0 16px">${lines.map(escaped).join("<br>")}</p>`;
}

function button(label: string, link: string): string {
  return `<p style="margin:4px 0 20px"><a class="button" href="${escaped(link)}" style="display:inline-block;padding:12px 20px;border-radius:8px;text-decoration:none;font-weight:600">${escaped(label)}</a></p>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
