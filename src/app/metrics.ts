import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Db } from "../db/connect.ts";
import { Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";
import { equalInConstantTime } from "../secrets.ts";
import { type Backlog, backlogAcrossCompanies } from "./backlog-store.ts";

const gauges: Record<keyof Backlog, string> = {
  eventsPending: "Events that nobody has looked at yet",
  eventsLagSeconds: "How long the oldest of them has been waiting",
  eventsStuck: "Events that were given up",
  deliveriesDue: "Messages that are due and not sent",
  webhooksDue: "Webhooks that are due and not sent",
  callbacksOverdue: "Open callbacks past their deadline",
  workersAlive: "Worker processes that were seen within a minute",
};

/**
 * Figures for Prometheus at /metrics, of the whole installation and of no company, for whoever sends the token. They are
 * counted when they are asked for.
 */
export function mountMetrics(app: FastifyInstance, db: Db, token: string): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "frontdesk_http_request_duration_seconds",
    help: "Requests by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const backlog = Object.entries(gauges).map(
    ([name, help]) =>
      [name, new Gauge({ name: `frontdesk_${snake(name)}`, help, registers: [registry] })] as [keyof Backlog, Gauge],
  );
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const seconds = (performance.now() - request.receivedAt) / 1000;
    requests.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    done();
  });
  app.get("/metrics", async ({ headers: { authorization = "" } }, reply) => {
    if (!equalInConstantTime(sha256(authorization), sha256(`Bearer ${token}`))) {
      throw new Refusal("unauthenticated", "Send METRICS_TOKEN as a bearer token.");
    }
    const figures = await backlogAcrossCompanies(db);
    for (const [name, gauge] of backlog) gauge.set(figures[name]);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
