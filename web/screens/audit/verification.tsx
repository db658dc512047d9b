import { Alert, Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api, dataOf } from "../../api/client.ts";
import { FailureWords } from "../../components/failure.tsx";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";

export function Verification() {
  const { texts, format } = useSpeech();
  const words = useWords(auditWords);
  const check = useMutation({
    mutationFn: () => dataOf(api.GET("/api/v1/audit-log/verification")),
    onError: (error) => notifications.show({ message: <FailureWords error={error} />, color: "red", autoClose: 8000 }),
  });
  const found = check.data;
  return (
    <>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        {words.verify}
      </Button>
      {found && (
        <Alert
          className={`whole-line notice ${found.isValid ? "good" : "danger"}`}
          role="status"
          variant="outline"
          color={found.isValid ? "teal" : "red"}
          icon={found.isValid ? <IconShieldCheck aria-hidden /> : <IconShieldX aria-hidden />}
          title={found.isValid ? words.valid(format.number(found.lines)) : words.broken(found.brokenAt ?? 0)}
          withCloseButton
          closeButtonLabel={texts.app.close}
          onClose={check.reset}
        >
          {found.erased > 0 && words.validErased(format.number(found.erased))}
        </Alert>
      )}
    </>
  );
}
