import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { useOnce } from "../../components/once.ts";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { useSpeech } from "../../texts/language.tsx";
import { notificationWords } from "../../texts/notifications.ts";
import { route } from "./data.ts";
import { useDeadLetters } from "./delivery-filters.tsx";
import { useErrorWords } from "./status-words.tsx";

type Cause = NonNullable<ReturnType<typeof useDeadLetters>["data"]>["items"][number];

/** What reached nobody, folded until somebody wants to see to it. */
export function DeadLetters() {
  const { format } = useSpeech();
  const words = useWords(deliveryWords);
  const may = useMay();
  const [asked, setAsked] = useState<readonly Cause[]>([]);
  const causes = useDeadLetters().data?.items ?? [];
  if (causes.length === 0) return null;
  // Only these are put back by cause: what came back, or ended nobody knows how, is looked at one by one.
  const failed = causes.filter(({ status }) => status === "failed");
  return (
    <details className="panel dead-letters">
      <summary>
        <strong className="danger">{words.dead(format.number(countOf(causes)))}</strong>
      </summary>
      <Text size="sm" className="quiet">
        {words.deadIntro}
      </Text>
      <Causes causes={causes} {...(may("deliveries:replay") && { onReplay: (cause) => setAsked([cause]) })} />
      {failed.length > 1 && may("deliveries:replay") && (
        <Button variant="default" size="sm" mt="sm" onClick={() => setAsked(failed)}>
          {words.allAgain}
        </Button>
      )}
      {asked.length > 0 && <ReplayMany causes={asked} onClose={() => setAsked([])} />}
    </details>
  );
}

const countOf = (causes: readonly Cause[]) => causes.reduce((sum, { count }) => sum + count, 0);

function Causes({ causes, onReplay }: { causes: readonly Cause[]; onReplay?(cause: Cause): void }) {
  const { format } = useSpeech();
  const words = useWords(deliveryWords);
  const { events, channels } = useWords(notificationWords);
  const sayError = useErrorWords();
  const navigate = route.useNavigate();
  return (
    <ul className="causes">
      {causes.map((cause) => {
        const { event, channel, status, errorCode, count } = cause;
        const what = `${events[event]}, ${channels[channel]}`;
        const why = `${words.statuses[status]}: ${sayError(errorCode)}`;
        return (
          <li key={`${event} ${channel} ${status} ${errorCode}`}>
            <strong className="number">{format.number(count)}</strong>
            <span>
              {what}
              <span className="quiet"> {why}</span>
            </span>
            <span>
              <Button
                variant="subtle"
                size="compact-sm"
                aria-label={words.showOf(`${what}, ${why}`)}
                onClick={() =>
                  void navigate({
                    search: { tab: "deliveries", event, channel, status, error: errorCode ?? undefined },
                  })
                }
              >
                {words.show}
              </Button>
              {onReplay && status === "failed" && (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={words.againOf(`${what}, ${why}`)}
                  onClick={() => onReplay(cause)}
                >
                  {words.again}
                </Button>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** All of one cause, or of every one, after asking. */
function ReplayMany({ causes, onClose }: { causes: readonly Cause[]; onClose(): void }) {
  const { format } = useSpeech();
  const words = useWords(deliveryWords);
  const once = useOnce();
  const replay = useAct(async () => {
    const [only, ...more] = causes;
    const cause =
      only === undefined || more.length > 0
        ? {}
        : { event: only.event, channel: only.channel, ...(only.errorCode !== null && { errorCode: only.errorCode }) };
    const { replayed, left } = await dataOf(
      api.POST("/api/v1/deliveries/replays", { params: { header: once(cause) }, body: cause }),
    );
    return words.manyDone(format.number(replayed), format.number(left));
  }, ["deliveries"]);
  return (
    <Confirm
      title={words.manyTitle}
      action={words.manyNow}
      isBusy={replay.isPending}
      onConfirm={() => replay.mutate(undefined, { onSettled: onClose })}
      onClose={onClose}
    >
      {words.manyText(format.number(countOf(causes)))}
    </Confirm>
  );
}
