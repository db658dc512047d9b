import { expect, test } from "vitest";
import { askedTogether } from "./asked-together.ts";

/** What was asked, each to be answered by hand. */
function questions() {
  const asked: { about: string; answer: (text: string) => void; fail: (error: Error) => void }[] = [];
  const ask = askedTogether((about) => new Promise<string>((answer, fail) => void asked.push({ about, answer, fail })));
  return { asked, ask };
}

test("who asks while an answer is under way gets one that was asked for after that, all of them the same", async () => {
  const { asked, ask } = questions();
  const first = ask("key");
  const later = [ask("key"), ask("key")];
  expect(asked).toHaveLength(1);
  asked[0]?.answer("old");
  expect(await first).toBe("old");
  expect(asked).toHaveLength(2);
  const last = ask("key");
  asked[1]?.answer("new");
  expect(await Promise.all(later)).toEqual(["new", "new"]);
  expect(asked).toHaveLength(3);
  asked[2]?.answer("newest");
  expect(await last).toBe("newest");
});

test("what is not under way any more is asked anew, and other things are asked beside it", async () => {
  const { asked, ask } = questions();
  for (const text of ["one", "two"]) {
    const answer = ask("key");
    asked.at(-1)?.answer(text);
    expect(await answer).toBe(text);
  }
  const both = [ask("key"), ask("another")];
  expect(asked.map(({ about }) => about)).toEqual(["key", "key", "key", "another"]);
  for (const each of asked) each.answer("x");
  expect(await Promise.all(both)).toEqual(["x", "x"]);
});

test("a failure is of those who waited for it; the next ones ask again", async () => {
  const { asked, ask } = questions();
  const first = ask("key");
  const second = ask("key");
  asked[0]?.fail(new Error("no database"));
  await expect(first).rejects.toThrow("no database");
  asked[1]?.answer("there");
  expect(await second).toBe("there");
});
