import { type Logger, pino } from "pino";

const secrets = [
  "authorization",
  "cookie",
  "set-cookie",
  "idempotency-key",
  "frontdesk-maintenance-token",
  "password",
  "key",
];

/** JSON lines on stdout. Headers and bodies are not logged anywhere; should one slip in, its secrets are left out. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: { service: "frontdesk" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["", "headers", "req.headers", "request.headers", "res.headers"].flatMap((place) =>
        secrets.map((secret) => `${place}["${secret}"]`),
      ),
      censor: "[left out]",
    },
  });
}
