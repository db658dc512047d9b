import { fillSheet, harmlessCss } from "./mail-css.ts";

const words = (text: string) => new Set(text.split(" "));

const kept = words(
  "p div span section article header footer main nav aside figure figcaption address h1 h2 h3 h4 h5 h6 ul ol li dl dt dd " +
    "table caption colgroup col thead tbody tfoot tr td th a img b i strong em u s strike del ins mark small big sub sup " +
    "q cite abbr code kbd samp tt pre blockquote br wbr hr center font",
);
/** Of every other element only what is within it is shown; of these not even that. */
const leftOut = words(
  "script style template title iframe frameset noframes noembed object video audio canvas select datalist textarea xmp",
);
const keptAttributes = words(
  "class id align valign width height bgcolor border cellpadding cellspacing colspan rowspan span nowrap role lang dir " +
    "alt title color face size text start type",
);

/** Names no element and no attribute, and no text contains it. */
const mark = "\ufdd0";
/** The page's own, so that every style of the mail is stronger. */
const looksOfLinks = ":where([data-link]){color:LinkText;text-decoration:underline}";

/**
 * Shows a mail's HTML in a document. It is built anew of what is known to be harmless, whatever else there may be. The
 * page's content security policy holds in there too: styles come in by the object model, which it lets pass.
 */
export function fillWithMail(into: Document, html: string): void {
  const mail = parsed(html);
  const root = mail.querySelector(`html${mark}`);
  const styles = [...mail.querySelectorAll("style")].filter((each) => each instanceof HTMLStyleElement);
  into.documentElement.lang = root?.getAttribute("lang") ?? "";
  into.documentElement.dir = root?.getAttribute("dir") ?? "";

  const body = into.createElement("body");
  const written = mail.querySelector(`body${mark}`);
  if (written) copyAttributes(written, body);
  copyChildren(mail, body);
  into.adoptedStyleSheets = [
    newSheet(into, (sheet) => sheet.replaceSync(looksOfLinks)),
    ...styles.map((style) => newSheet(into, (sheet) => fillSheet(sheet, unmarked(style.textContent)), style.media)),
  ];
  into.body.replaceWith(body);
}

/**
 * A parser reports style attributes and handlers to the content security policy even where nothing is shown: their names
 * are marked wherever they may stand. So are html and body, which a template would swallow. Outside of a template style
 * elements were reported too.
 */
function parsed(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html
    .replace(/<\/?style(?=\s*>)|<style(?=[\s/])|style/gi, (found) => (found.startsWith("<") ? found : found + mark))
    .replace(/(?<![a-z])on(?=[a-z])|<\/?(?:html|body)(?=[\s/>])/gi, (found) => found + mark);
  return template.content;
}

function unmarked(text: string): string {
  return text.replaceAll(mark, "");
}

function copyChildren(from: Node, to: HTMLElement): void {
  for (const child of from.childNodes) {
    if (child instanceof Text) to.append(unmarked(child.data));
    else if (child instanceof HTMLElement) copyElement(child, to);
  }
}

function copyElement(from: HTMLElement, to: HTMLElement): void {
  const { localName } = from;
  const picture = localName === "img" ? unmarked(from.getAttribute("src") ?? "").trim() : "";
  if (leftOut.has(localName)) return;
  if (!kept.has(localName)) copyChildren(from, to);
  else if (localName === "img" && !/^data:image\//i.test(picture)) to.append(unmarked(from.getAttribute("alt") ?? ""));
  else {
    const copy = to.ownerDocument.createElement(localName);
    copyAttributes(from, copy);
    if (picture !== "") copy.setAttribute("src", picture);
    if (localName === "a" && from.hasAttribute("href")) copy.dataset.link = "";
    copyChildren(from, copy);
    to.append(copy);
  }
}

function copyAttributes(from: Element, to: HTMLElement): void {
  for (const { name, value } of from.attributes) {
    if (keptAttributes.has(name)) to.setAttribute(name, unmarked(value));
  }
  const css = from.getAttribute(`style${mark}`);
  if (css !== null) to.style.cssText = harmlessCss(unmarked(css), from.ownerDocument);
}

function newSheet({ defaultView }: Document, fill: (sheet: CSSStyleSheet) => void, media = ""): CSSStyleSheet {
  const Sheet = (defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet ?? CSSStyleSheet;
  const sheet = new Sheet({ media });
  fill(sheet);
  return sheet;
}
