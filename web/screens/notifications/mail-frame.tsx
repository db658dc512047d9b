import { useEffect, useRef, useState } from "react";
import { fillWithMail } from "./mail-document.ts";

const empty = "<!doctype html><title>-</title>";

/**
 * A mail in a frame of its own, so that its width decides its layout. Nothing in it runs, is loaded or leads anywhere:
 * the page's content security policy holds in the frame too, and what it would stop does not get there. No `sandbox`: it
 * would keep the page from filling the frame or, with what that needs, keep nothing out, and checks of accessibility hang.
 */
export function MailFrame({ title, html }: { title: string; html: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isReady, setReady] = useState(false);
  const [height, setHeight] = useState(200);
  useEffect(() => {
    const inside = frame.current?.contentDocument;
    if (!isReady || !inside) return;
    fillWithMail(inside, html);
    const watch = new ResizeObserver(() => setHeight(inside.body.scrollHeight));
    watch.observe(inside.body);
    return () => watch.disconnect();
  }, [html, isReady]);
  return (
    <iframe
      ref={frame}
      title={title}
      srcDoc={empty}
      height={height}
      className="mail-frame"
      onLoad={() => setReady(true)}
    />
  );
}
