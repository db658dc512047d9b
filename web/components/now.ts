import { useEffect, useState } from "react";

/** The time, read anew every few seconds, so that deadlines count down. */
export function useNow(everyMilliseconds = 5000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds]);
  return now;
}
