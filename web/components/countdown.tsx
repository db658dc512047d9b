import { useEffect, useState } from "react";

/** Seconds that are left of a wait that began when this was shown. */
export function useCountdown(seconds: number): number {
  const [until] = useState(() => Date.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000))), 250);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

export function Countdown({ seconds, words }: { seconds: number; words(left: number): string }) {
  return <span>{words(useCountdown(seconds))}</span>;
}
