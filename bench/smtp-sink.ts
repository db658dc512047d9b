import { smtpSink } from "../test/sinks.ts";

/** A mail server in a process of its own, so that both sides of the comparison pay the same for it. */
const { port } = await smtpSink();
console.log(port);
