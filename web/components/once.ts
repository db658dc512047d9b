import { useRef } from "react";
import { freshKey } from "../api/client.ts";

/** An Idempotency-Key for what is sent: the same as long as it is the same, so that sending it again does not do it twice. */
export function useOnce(): (body: unknown) => { "Idempotency-Key": string } {
  const last = useRef({ sent: "", key: "" });
  return (body) => {
    const sent = JSON.stringify(body);
    if (sent !== last.current.sent) last.current = { sent, key: freshKey() };
    return { "Idempotency-Key": last.current.key };
  };
}
