import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { useMay } from "../../app/who.ts";
import { useWords } from "../../texts/both.ts";
import { overviewWords } from "../../texts/overview.ts";

const tabs = ["overdue", "unassigned", "urgent"] as const;
const most = 100;

/** What waits for somebody, and the way there. */
export function NeedsYou() {
  const may = useMay();
  return (
    <div className="cards">
      {may("callbacks:read") && tabs.map((tab) => <Waiting key={tab} tab={tab} />)}
      {may("deliveries:read") && <DeadLetters />}
    </div>
  );
}

function Waiting({ tab }: { tab: (typeof tabs)[number] }) {
  const words = useWords(overviewWords);
  const waiting = useQuery({
    queryKey: ["callbacks", "waiting", tab],
    queryFn: () => dataOf(api.GET("/api/v1/callbacks", { params: { query: { tab, limit: most } } })),
    refetchInterval: 30_000,
  });
  const count = waiting.data?.items.length;
  return (
    <Link to="/callbacks" search={{ tab }} className="panel card">
      <Count count={count} isMore={waiting.data?.nextCursor != null} isBad={tab === "overdue"} />
      {words[tab]}
      <span aria-hidden>{"\u00a0"}→</span>
    </Link>
  );
}

function DeadLetters() {
  const words = useWords(overviewWords);
  const dead = useQuery({
    queryKey: ["deliveries", "dead"],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/dead-letters")),
    refetchInterval: 30_000,
  });
  return (
    <Link to="/notifications" search={{ tab: "deliveries", status: "failed" }} className="panel card">
      <Count count={dead.data?.items.reduce((sum, { count }) => sum + count, 0)} isMore={false} isBad />
      {words.dead}
      <span aria-hidden>{"\u00a0"}→</span>
    </Link>
  );
}

function Count({ count, isMore, isBad }: { count: number | undefined; isMore: boolean; isBad: boolean }) {
  const tone = count === undefined ? "quiet" : count === 0 ? "good" : isBad ? "danger" : "warning";
  return (
    <div className={`card-number ${tone}`}>
      {count ?? "–"}
      {isMore && "+"}
    </div>
  );
}
