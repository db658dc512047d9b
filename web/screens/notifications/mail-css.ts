/** None of them loads anything; a value with any other function, such as url() or image-set(), is left out. */
const harmlessFunctions = new Set(
  (
    "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark calc min max clamp minmax repeat fit-content " +
    "linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient " +
    "translate translatex translatey scale rotate skew matrix cubic-bezier steps"
  ).split(" "),
);

/** @param inert a document that is not shown, where declarations are parsed without any effect */
export function harmlessCss(css: string, inert: Document): string {
  const { style } = inert.createElement("i");
  style.cssText = css;
  disarm(style);
  return style.cssText;
}

/** Before the sheet is adopted, so that nothing of it has had any effect yet. */
export function fillSheet(sheet: CSSStyleSheet, css: string): void {
  // After a rule no @import counts; at the start it would be reported on the console.
  sheet.replaceSync(`i{}${css}`);
  keepHarmlessRules(sheet);
}

/** By number: a frame's rules are of other classes than the page's. */
function keepHarmlessRules(of: CSSStyleSheet | CSSGroupingRule | CSSStyleRule): void {
  for (let index = of.cssRules.length - 1; index >= 0; index--) {
    const rule = of.cssRules[index];
    const kind = rule?.type;
    if (kind === CSSRule.STYLE_RULE) disarm((rule as CSSStyleRule).style);
    if (kind === CSSRule.STYLE_RULE || kind === CSSRule.MEDIA_RULE || kind === CSSRule.SUPPORTS_RULE) {
      keepHarmlessRules(rule as CSSGroupingRule | CSSStyleRule);
    } else of.deleteRule(index);
  }
}

/** The object model has resolved escapes and comments, except in variables, which go with all that uses them. */
function disarm(style: CSSStyleDeclaration): void {
  for (const name of [...style]) {
    if (name.startsWith("--") || !isHarmless(style.getPropertyValue(name))) style.removeProperty(name);
  }
}

function isHarmless(value: string): boolean {
  const functions = [...value.matchAll(/([-\w]*)\(/g)].map(([, name = ""]) => name.toLowerCase());
  return value !== "" && !value.includes("\\") && functions.every((name) => name === "" || harmlessFunctions.has(name));
}
