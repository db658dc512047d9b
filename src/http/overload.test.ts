import Fastify from "fastify";
import { expect, test } from "vitest";
import { refuseWhenOverloaded } from "./overload.ts";
import { sendProblem } from "./problems.ts";

test("a server that cannot keep up says so with Retry-After, and takes requests again afterwards", async () => {
  const app = Fastify();
  app.setErrorHandler(sendProblem);
  refuseWhenOverloaded(app, { mostDelayMilliseconds: 150, sampleMilliseconds: 500 });
  app.get("/x", () => "ok");
  app.get("/livez", () => "ok");
  expect((await app.inject("/x")).statusCode).toBe(200);
  const busy = new AbortController();
  const turn = () => {
    const until = performance.now() + 400;
    while (performance.now() < until);
    if (!busy.signal.aborted) setTimeout(turn, 1);
  };
  turn();
  const until = async (status: number) => {
    for (;;) {
      const reply = await app.inject("/x");
      if (reply.statusCode === status) return reply;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const refused = await until(503);
  expect(refused.headers["retry-after"]).toBe("2");
  expect(refused.json()).toMatchObject({ code: "unavailable" });
  expect((await app.inject("/livez")).statusCode).toBe(200);
  busy.abort();
  expect((await until(200)).statusCode).toBe(200);
  await app.close();
});
