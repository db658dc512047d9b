import { Code } from "@mantine/core";

/** Everything, for whoever wants to look at it: folded, and reached by keyboard. */
export function Fold({ title, content }: { title: string; content: unknown }) {
  return (
    <details>
      <summary>{title}</summary>
      <Code block tabIndex={0} className="fold">
        {typeof content === "string" ? content : JSON.stringify(content, null, 2)}
      </Code>
    </details>
  );
}
