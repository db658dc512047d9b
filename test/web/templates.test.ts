import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chromiumPath, expectNoFaults, firstCompany, openByKey, type Stage, said, setStage } from "./browser.ts";
import { ask } from "./roles.ts";

const executablePath = chromiumPath();

/** How an element looks: runs in the browser. */
function lookOf(element: unknown) {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> };
  const { backgroundColor, borderRadius, color, fontSize, textDecorationLine } = getComputedStyle(element);
  const { width } = (element as { getBoundingClientRect(): { width: number } }).getBoundingClientRect();
  return { backgroundColor, borderRadius, color, fontSize, textDecorationLine, width };
}

/** Clicks on every element there is, seen or not: runs in the browser. */
function clickAll(body: unknown) {
  const { MouseEvent } = globalThis as unknown as { MouseEvent: new (type: string, init: object) => Event };
  const within = body as { querySelectorAll(selector: string): Iterable<EventTarget> };
  for (const each of within.querySelectorAll("*")) {
    each.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  }
}

const active = "svg, math, form, input, button, template, iframe, script, [href], [target], img:not([src^='data:'])";
const foreign = "http://foreign.example";
const attacks = [
  `<svg width="99" height="99"><a xlink:href="${foreign}" target="_top"><text y="20">away</text></a></svg>`,
  `<svg><a href="${foreign}" target="_top"><rect width="50" height="50"/></a></svg>`,
  `<a target="_blank">away<set attributeName="href" to="${foreign}"/></a>`,
  `<svg><a target="_blank"><set attributeName="href" to="${foreign}"/><text y="20">away</text></a></svg>`,
  `<svg><a><animate attributeName="xlink:href" values="${foreign};${foreign}" begin="0s"/><text y="20">x</text></a></svg>`,
  `<svg><image xlink:href="${foreign}/1"/><image><set attributeName="href" to="${foreign}/2"/></image></svg>`,
  `<svg><use href="${foreign}/u#x"/><feImage href="${foreign}/f"/><style>@import "${foreign}/s";</style></svg>`,
  `<svg><foreignObject width="9" height="9"><a href="${foreign}" target="_top">x</a><img src="${foreign}/fo"></foreignObject></svg>`,
  `<style>p{background:url(${foreign}/3)}p::before{content:url(${foreign}/4)}</style>`,
  `<style>p{background:u\\72l(${foreign}/5)}@media all{p{background:image-set("${foreign}/6" 1x)}}</style>`,
  `<style>p{--x:url(${foreign}/7);background:var(--x)}div{color:red;& p{background:url(${foreign}/8)}}</style><div><p>x</p></div>`,
  `<style>@import "${foreign}/9";@\\69mport url(${foreign}/10);</style>`,
  `<style>@font-face{font-family:x;src:url(${foreign}/11)}p{font-family:x}</style>`,
  `<style>@layer a{p{background:url(${foreign}/12)}}@keyframes k{to{background:url(${foreign}/13)}}p{animation:k 1s}</style>`,
  `<p style="background:url(${foreign}/14)">x</p><p style="cursor:u\\72l(${foreign}/15),auto;width:expression(alert(1))">x</p>`,
  `<p a="x"style="background:url(${foreign}/16)">x</p><p/style=color:red>x</p><p style>x</p><p STYLE\n=\n"color:red">x</p>`,
  `<p style="background:var(--y, u\\72l(${foreign}/17))">x</p><p a='>'style="color:red"onclick="alert(1)">x</p>`,
  `<p </style="color:red">x</p><body style="background:url(${foreign}/18)" onload="alert(1)" background="${foreign}/19">`,
  `<img srcset="${foreign}/20 1x, ${foreign}/21 2x"><picture><source srcset="${foreign}/22"><img src="${foreign}/23"></picture>`,
  `<table background="${foreign}/24"><tr><td background="${foreign}/25">x</td></tr></table>`,
  `<base href="${foreign}/" target="_top"><a href="26">away</a><img src="27">`,
  `<form action="${foreign}/28" target="_top"><input type="submit" value="x"><button>x</button></form>`,
  `<form id="f"></form><button form="f" formaction="${foreign}/29" formtarget="_blank">x</button><input type="image" src="${foreign}/30">`,
  `<a href="/branches" ping="${foreign}/31" target="_top">away</a><a href="javascript:alert(1)">away</a><a href="#x" download>x</a>`,
  `<img usemap="#m" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="><map name="m"><area href="${foreign}" target="_top" coords="0,0,9,9"></map>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${foreign}/32 onerror=alert(1)&gt;"></table></mtext></math>`,
  `<math href="${foreign}"><mi xlink:href="${foreign}">x</mi></math><svg></p><style><a title="</style><img src=${foreign}/33 onerror=alert(1)>"></svg>`,
  `<template><img src="${foreign}/34" style="color:red"></template><div><template shadowrootmode="open"><img src="${foreign}/35"></template></div>`,
  `<noscript><p title="</noscript><img src=${foreign}/36 onerror=alert(1)>"></noscript>`,
  `<iframe src="${foreign}/37"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe><object data="${foreign}/38"></object><embed src="${foreign}/39">`,
  `<link rel="stylesheet" href="${foreign}/40"><link rel="preconnect" href="${foreign}"><meta http-equiv="refresh" content="0;url=${foreign}">`,
  `<video src="${foreign}/41" poster="${foreign}/42" autoplay></video><audio src="${foreign}/43" autoplay></audio>`,
  `<script src="${foreign}/44"></script><script>parent.document.title="taken"</script><img src="x" onerror="alert(1)">`,
  `<input autofocus onfocus="alert(1)"><details open ontoggle="alert(1)">x</details><marquee onstart="alert(1)">x</marquee>`,
];

describe.runIf(executablePath !== null)("the texts of messages, in a browser", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  const addressOf = (key: string) => {
    const [event, channel, locale] = key.split("/");
    return `/notifications?tab=templates&event=${event}&channel=${channel}&locale=${locale}`;
  };
  const open = (key: string) => openByKey(stage, addressOf(key));
  const text = (page: Page) => page.getByRole("textbox", { name: "Text" });
  const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
  const inUse = (key: string) => ask(stage, "GET", `/notification-templates/${key}`);
  const write = (key: string, body: object) => ask(stage, "PUT", `/notification-templates/${key}`, body);
  const reset = (key: string) => () =>
    fetch(`${stage.url}/api/v1/notification-templates/${key}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${firstCompany(stage).apiKey}` },
    });

  test("by keyboard alone a text is found, written and saved, and goes back to the product's words", async () => {
    const { page, complaints } = await openByKey(stage, "/notifications?tab=templates");
    await page.getByRole("link", { name: "Moved by SMS, en: the product's words", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "Moved · SMS" }).waitFor();
    await text(page).focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Moved: ");
    const bubble = page.getByRole("region", { name: "As it arrives" });
    await expect.poll(() => bubble.textContent()).toMatch(/Moved:1 SMS, 6 characters/);
    await page.getByRole("button", { name: "Fill in: Day of the appointment" }).press("Enter");
    await expect.poll(() => text(page).inputValue()).toBe("Moved: {{ appointment.date }}");
    await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
    await page.keyboard.type(" \u{1f487}");
    await expect.poll(() => bubble.textContent()).toMatch(/Moved: Monday, 9 March 2026.*only 70 fit/);
    await save(page).press("Enter");
    await said(page, "Saved").waitFor();
    expect(await inUse("reschedule_confirmed/sms/en")).toMatchObject({
      text: "Moved: {{ appointment.date }} \u{1f487}",
      isOwn: true,
    });

    await page.getByRole("link", { name: "All texts" }).press("Enter");
    await page.getByRole("switch", { name: "Only what we wrote ourselves" }).press("Space");
    await expect.poll(() => page.url()).toContain("own=only");
    await page.getByRole("link", { name: "Moved by SMS, en: your own words", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Back to the product's words…" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Use the product's words" }).press("Enter");
    await said(page, "The product's words apply again").waitFor();
    await expect.poll(() => text(page).inputValue()).toMatch(/^Moved|service\.name/);
    expect(await inUse("reschedule_confirmed/sms/en")).toMatchObject({ isOwn: false });
    expect(complaints).toEqual([]);
  });

  test("a mail is shown in the width of a phone and of a computer, with its layout, and a reload keeps the width", async () => {
    const { page, complaints } = await open("cancellation/email/de");
    const frame = page.locator("iframe");
    const mail = frame.contentFrame();
    await mail.getByText("Guten Tag Petra O'Neil,").waitFor();
    const look = () => mail.locator(".card").evaluate(lookOf);
    const widthOfCard = async () => (await look()).width;
    expect(await look()).toMatchObject({ backgroundColor: "rgb(255, 255, 255)", borderRadius: "12px" });
    const width = await widthOfCard();
    await page.getByText("Computer", { exact: true }).click();
    await expect.poll(widthOfCard).toBeGreaterThan(width + 100);
    await page.reload();
    await mail.getByText("Guten Tag Petra O'Neil,").waitFor();
    expect(await widthOfCard()).toBeGreaterThan(width + 100);
    await expect.poll(async () => (await frame.boundingBox())?.height ?? 0).toBeGreaterThan(400);
    await expectNoFaults(page);
    expect(complaints).toEqual([]);
  });

  test("HTML of one's own is shown as it is, and nothing in it runs, loads or leads away", async () => {
    const { page, complaints } = await open("cancellation/email/en");
    await page.getByRole("checkbox", { name: "HTML of our own in place of the layout" }).check();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("textbox", { name: "HTML" }).fill(
      `<style>p{color:rgb(1, 2, 3)}</style><p style="font-size:31px" onclick="alert(1)">Dear {{ customer.name }}, style="x"</p>
<script>parent.document.title = "taken"</script><img src="https://tracker.example/x.png" alt="a picture"><a href="https://elsewhere.example">away</a>`,
    );
    const mail = page.locator("iframe").contentFrame();
    const line = mail.getByText(`Dear Petra O'Neil, style="x"`);
    await line.waitFor();
    expect(await line.evaluate(lookOf)).toMatchObject({ color: "rgb(1, 2, 3)", fontSize: "31px" });
    await mail.getByText("away").click();
    await mail.getByText("away").waitFor();
    expect(await page.title()).not.toBe("taken");
    expect(asked.filter((url) => !url.startsWith(stage.url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("whatever HTML tries, the preview sends nothing, leads nowhere, and says nothing on the console", async () => {
    const { page, complaints } = await open("cancellation/email/en");
    await page.getByRole("checkbox", { name: "HTML of our own in place of the layout" }).check();
    const context = page.context();
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    const address = page.url();
    const mail = page.locator("iframe").contentFrame();
    for (const [index, attack] of attacks.entries()) {
      await page.getByRole("textbox", { name: "HTML" }).fill(`${attack}<p>Shown ${index}</p>`);
      await mail.getByText(`Shown ${index}`).waitFor();
      for (const link of await mail.getByText("away").all()) await link.click();
      await mail.locator("body").evaluate(clickAll);
      expect(await mail.locator(active).count()).toBe(0);
    }
    expect(page.url()).toBe(address);
    expect(context.pages()).toHaveLength(1);
    expect(asked.filter((url) => !url.startsWith(stage.url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("what a mail is made of is shown: styles, tables, links that look like links, pictures it brings along", async () => {
    const { page, complaints } = await open("cancellation/email/en");
    await page.getByRole("checkbox", { name: "HTML of our own in place of the layout" }).check();
    await page.getByRole("textbox", { name: "HTML" }).fill(
      `<html lang="fr" dir="rtl"><head><style>@import "${foreign}/i";<!-- .a > b{color:rgb(1, 2, 3)} --></style></head>
<body class="all" bgcolor="#010203"><table width="300" cellpadding="4"><tr><td colspan="2" bgcolor="#040506">Cell</td></tr></table>
<p class="a"style="font-size:31px;background:rgb(9, 9, 9) url(${foreign}/b)"><b>Only one style="x"</b></p>
<section><form>In a form</form></section><a href="${foreign}">away</a><img src="${foreign}/p" alt="A picture">
<img alt="Dot" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></body></html>`,
    );
    const mail = page.locator("iframe").contentFrame();
    const line = mail.getByText('Only one style="x"');
    await line.waitFor();
    expect(await line.evaluate(lookOf)).toMatchObject({ color: "rgb(1, 2, 3)", fontSize: "31px" });
    expect(await mail.locator(".a").evaluate(lookOf)).toMatchObject({ backgroundColor: "rgb(9, 9, 9)" });
    expect(await mail.locator("body.all").evaluate(lookOf)).toMatchObject({ backgroundColor: "rgb(1, 2, 3)" });
    expect(await mail.getByText("Cell").evaluate(lookOf)).toMatchObject({ backgroundColor: "rgb(4, 5, 6)" });
    expect(await mail.getByText("away").evaluate(lookOf)).toMatchObject({ textDecorationLine: "underline" });
    expect(await mail.locator("html").getAttribute("lang")).toBe("fr");
    expect(await mail.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await mail.locator("img").count()).toBe(1);
    await mail.getByText("A picture").waitFor();
    await mail.getByText("In a form").waitFor();
    expect(complaints).toEqual([]);
  });

  test("what is wrong is said at the field while it is typed, and the preview shows what last worked", async () => {
    const { page } = await open("callback_overdue/push/en");
    await page.getByRole("textbox", { name: "Title" }).fill("Overdue: {{ customer.nam }}");
    await page.getByText("“customer.nam” cannot be filled in here.", { exact: false }).waitFor();
    await page.getByText("Shown as it was when it last worked.").waitFor();
    const preview = page.getByRole("region", { name: "As it arrives" });
    expect(await preview.textContent()).toContain("Petra O'Neil");
    await text(page).fill("Call\n{% if branch.name %}");
    await page.getByText("Line 2: “{% if branch.name %}” is not ended.").waitFor();
    await expectNoFaults(page);
    await text(page).fill("Call back");
    await page.getByRole("textbox", { name: "Title" }).fill("Overdue");
    await expect.poll(() => preview.textContent()).toMatch(/With made-up details\..*Overdue.*Call back/);
  });

  test("unsaved words are not lost by a stray click, the way back or another language", async () => {
    const { page } = await openByKey(stage, "/notifications?tab=templates");
    await page.getByRole("link", { name: "Did not come by E-mail, en: the product's words" }).click();
    await text(page).fill("We missed you.");
    const question = page.getByRole("dialog", { name: "Your text is not saved" });
    for (const leave of [
      () => page.getByRole("link", { name: "Appointments" }).click(),
      () => page.getByText("German", { exact: true }).click(),
      () => page.goBack(),
    ]) {
      await leave();
      await question.getByRole("button", { name: "Cancel" }).click();
      await question.waitFor({ state: "detached" });
      expect(await text(page).inputValue()).toBe("We missed you.");
    }
    await page.getByText("Computer", { exact: true }).click();
    expect(await text(page).inputValue()).toBe("We missed you.");
    await page.getByText("German", { exact: true }).click();
    await question.getByRole("button", { name: "Leave without saving" }).click();
    await expect.poll(() => text(page).inputValue()).toContain("Guten Tag");
    expect(page.url()).toContain("locale=de");
  });

  test("a save that comes too late shows both texts, and either of them can stay", async () => {
    const key = "no_show/sms/en";
    onTestFinished(async () => void (await reset(key)()));
    const { page } = await open(key);
    const conflict = page.getByRole("dialog", { name: "Somebody else was quicker" });
    const shown = conflict.getByRole("row", { name: "Text" });

    await text(page).fill("Mine");
    await write(key, { text: "Theirs" });
    await save(page).click();
    await expect.poll(() => shown.textContent()).toMatch(/TextMineTheirs/);
    await expectNoFaults(page);
    await conflict.getByRole("button", { name: "Keep what is there now" }).click();
    await expect.poll(() => text(page).inputValue()).toBe("Theirs");

    await text(page).fill("Mine again");
    await write(key, { text: "Theirs again" });
    await save(page).click();
    await expect.poll(() => shown.textContent()).toMatch(/TextMine againTheirs again/);
    await conflict.getByRole("button", { name: "Save mine over it" }).click();
    await conflict.waitFor({ state: "detached" });
    await said(page, "Saved").first().waitFor();
    expect(await inUse(key)).toMatchObject({ text: "Mine again" });
    expect(await save(page).isDisabled()).toBe(true);
  });

  test("a text is saved under a name, once, and the matrix uses it", async () => {
    const { branchId } = firstCompany(stage).sample;
    const place = { level: "branch", targetId: branchId, event: "reminder_2h", channel: "sms" };
    await ask(stage, "POST", "/notification-configurations", place);
    const { page } = await open("reminder_2h/sms/en");
    await text(page).fill("Soon!");
    await page.getByRole("button", { name: "Save as another text…" }).click();
    const dialog = page.getByRole("dialog", { name: "Save as another text" });
    await dialog.getByRole("textbox", { name: "Name" }).fill("short");
    await expectNoFaults(page);
    await page.keyboard.press("Enter");
    await page.getByText("Called “short”", { exact: false }).waitFor();
    expect(await text(page).inputValue()).toBe("Soon!");
    expect(await inUse("reminder_2h/sms/en")).toMatchObject({ isOwn: false });

    await page.getByRole("button", { name: "Save as another text…" }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("short");
    await page.keyboard.press("Enter");
    await dialog.getByText("There is one of this name already.").waitFor();

    await page.goto(`${stage.url}/notifications?branch=${branchId}&event=reminder_2h&channel=sms&edit=open`);
    const settings = page.getByRole("dialog");
    await settings.getByRole("combobox", { name: "Text" }).click();
    await page.getByRole("option", { name: "short" }).click();
    await settings.getByRole("button", { name: "Save" }).click();
    await settings.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Reminder 2 h before by SMS: / }).click();
    await expect.poll(() => page.getByRole("menu").textContent()).toContain("In the words of “short”");
    await page.getByRole("menuitem", { name: "To the text" }).click();
    await expect.poll(() => text(page).inputValue()).toBe("Soon!");
  });
});
