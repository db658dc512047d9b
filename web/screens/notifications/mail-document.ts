/** What does something or loads something, which a preview does not. */
const active = "script, link, base, meta, iframe, frame, object, embed, form, audio, video";
const laterStyle = "data-later-style";

/**
 * Shows a mail's HTML in a document. The page's content security policy holds in there too: styles come in by the object
 * model, which it lets pass, and what it would stop is taken out before anything is parsed.
 */
export function fillWithMail(into: Document, html: string): void {
  const { rest, styles } = withoutStyles(html);
  const mail = new DOMParser().parseFromString(rest, "text/html");
  for (const element of mail.querySelectorAll(active)) element.remove();
  for (const element of mail.querySelectorAll("*")) tame(element);

  into.documentElement.lang = mail.documentElement.lang;
  into.adoptedStyleSheets = styles.map((css) => sheetOf(into, css));
  into.body.replaceWith(into.importNode(mail.body, true));
  for (const element of into.querySelectorAll<HTMLElement>(`[${laterStyle}]`)) {
    element.style.cssText = element.getAttribute(laterStyle) ?? "";
    element.removeAttribute(laterStyle);
  }
}

function withoutStyles(html: string): { rest: string; styles: string[] } {
  const styles: string[] = [];
  const rest = html.replace(/<style[^>]*>([\s\S]*?)<\/style\s*>/gi, (_, css: string) => {
    styles.push(css);
    return "";
  });
  // Within tags only: a text may well speak of style="…".
  const renamed = rest.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/[\s/](style|on\w+)\s*=/gi, " data-later-$1="));
  return { rest: renamed.replace(/<\/?style/gi, "<i"), styles };
}

function sheetOf({ defaultView }: Document, css: string): CSSStyleSheet {
  const Sheet = (defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet ?? CSSStyleSheet;
  const sheet = new Sheet();
  sheet.replaceSync(css);
  return sheet;
}

/** Nothing happens on a click, links lead nowhere, and pictures stay where they are if they are not in the mail itself. */
function tame(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const isLoaded = (name === "src" && !value.startsWith("data:image/")) || ["srcset", "background"].includes(name);
    if (name.startsWith("on") || isLoaded || name === "href") element.removeAttribute(name);
  }
}
