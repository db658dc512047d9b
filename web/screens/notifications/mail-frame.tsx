import { useEffect, useRef, useState } from "react";
import { fillWithMail } from "./mail-document.ts";

const empty = "<!doctype html><title>-</title>";

/**
 * A mail in a frame of its own, so that its width decides its layout. Nothing in it runs, is loaded or leads anywhere:
 * scripts are forbidden to the frame, and what it shows is put in by us.
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
      sandbox="allow-same-origin"
      srcDoc={empty}
      height={height}
      className="mail-frame"
      onLoad={() => setReady(true)}
    />
  );
}
