import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../texts/both.ts";
import { shared } from "../texts/shared.ts";
import { FailureWords } from "./failure.tsx";

interface Props {
  readonly format: string;
  readonly fileName: string;
  /** @param tell what is done so far, for people */
  read(tell: (done: string) => void): Promise<Blob>;
}

/** Reads a file from the API and hands it to the browser; says how far it is and what became of it. */
export function DownloadButton({ format, fileName, read }: Props) {
  const words = useWords(shared);
  const [done, setDone] = useState("");
  const download = useMutation({
    mutationFn: () => read(setDone),
    onSuccess: (file) => {
      handOver(file, fileName);
      notifications.show({ message: words.exported(fileName), color: "teal" });
    },
    onError: (error) => notifications.show({ message: <FailureWords error={error} />, color: "red", autoClose: 8000 }),
    onSettled: () => setDone(""),
  });
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<IconDownload size={16} aria-hidden />}
      aria-busy={download.isPending}
      onClick={() => !download.isPending && download.mutate()}
    >
      <span aria-live="polite">{download.isPending ? words.exporting(done) : words.export(format)}</span>
    </Button>
  );
}

/** Saves it among the downloads. */
export function handOver(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
