import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";

/** Pages for people who have no account: no scripts, nothing loaded, forms that go back to where they came from. */

/** HTML that is complete: what came from outside was escaped when it was put in. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | null | false | readonly Part[];

/** The one way to make markup: what is put in is escaped, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.reduce((done, text, index) => `${done}${written(parts[index - 1] ?? null)}${text}`) };
}

function written(part: Part): string {
  if (part === null || part === false) return "";
  if (Array.isArray(part)) return part.map(written).join("");
  return typeof part === "object" ? (part as Markup).markup : escaped(String(part));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

export interface Page {
  readonly status: number;
  readonly language: string;
  readonly title: string;
  readonly body: Markup;
}

/** Sends a page that no cache keeps. */
export function sendPage(reply: FastifyReply, { status, language, title, body }: Page): FastifyReply {
  const { markup } =
    html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${title}</title>${{ markup: `<style>${styles}</style>` }}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;
  return reply
    .code(status)
    .header("content-security-policy", contentSecurityPolicy)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(`<!doctype html>${markup}`);
}

/** Lets the routes of this part of the app take what a form sends. Of a name that comes twice the last one counts. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 20_000 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );
}

const styles = `
:root{--ink:#1f2937;--quiet:#586273;--ground:#f3f5f5;--card:#fff;--line:#d5dbdd;--brand:#0f5c5c;--on-brand:#fff;--grave:#a61b1b;--note:#e7f1f0}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--quiet:#a5afbc;--ground:#111418;--card:#1b2027;--line:#39424d;--brand:#7fd1c7;--on-brand:#06201d;--grave:#ff9c94;--note:#1f2f31}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.55rem;line-height:1.25;margin:.5rem 0 1rem}
h2{font-size:1.1rem;margin:0 0 .5rem}
p{margin:0 0 .9rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.15rem 1.25rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.1rem;margin:0}
dt{color:var(--quiet)}
dd{margin:0}
.note{background:var(--note);border:1px solid var(--line);border-radius:14px;padding:.9rem 1.25rem;margin:0 0 1rem}
.grave{border-color:var(--grave)}
.row{display:flex;flex-wrap:wrap;gap:.65rem;margin:1rem 0 0}
.row:first-child{margin-top:0}
.button,button{display:inline-block;font:inherit;font-weight:600;line-height:1.3;text-decoration:none;text-align:center;color:var(--brand);background:none;border:1.5px solid var(--brand);border-radius:10px;padding:.65rem 1.05rem;min-height:2.75rem;cursor:pointer}
.button.main,button{background:var(--brand);color:var(--on-brand)}
button.grave{background:none;color:var(--grave);border-color:var(--grave)}
a{color:var(--brand)}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible,select:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
label{display:block;font-weight:600;margin:0 0 .3rem}
label.check{display:flex;gap:.6rem;align-items:baseline;font-weight:400;margin:0 0 .6rem}
.hint{color:var(--quiet);font-size:.92rem;margin:.3rem 0 .9rem}
input:not([type=checkbox]),textarea,select{font:inherit;color:inherit;background:var(--ground);border:1px solid var(--quiet);border-radius:8px;padding:.6rem .7rem;width:100%;min-height:2.75rem;margin:0 0 .9rem}
input[type=checkbox]{width:1.15rem;height:1.15rem;accent-color:var(--brand)}
footer{color:var(--quiet);font-size:.92rem;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0 .25rem}
`;

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(styles).digest("base64")}'`,
  // The empty icon, so that no browser asks for one.
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(";");
