import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { nameOf, type Places, usePlaces } from "../../api/places.ts";
import { Asked, Head } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";

const tabs = ["overdue", "unassigned", "urgent"] as const;
const most = 100;

export function Overview() {
  const { texts } = useSpeech();
  const places = usePlaces();
  const stats = useQuery({
    queryKey: ["callbacks", "stats"],
    queryFn: () => dataOf(api.GET("/api/v1/callbacks/stats")),
  });
  return (
    <>
      <Head title={texts.screens.overview} intro={texts.overview.intro} />
      <div className="cards">
        {tabs.map((tab) => (
          <Waiting key={tab} tab={tab} />
        ))}
        <DeadLetters />
      </div>
      <Title order={2} mt="xl" mb="sm">
        {texts.overview.month}
      </Title>
      <Asked query={stats}>{(known) => <Month stats={known} places={places.data} />}</Asked>
    </>
  );
}

function Waiting({ tab }: { tab: (typeof tabs)[number] }) {
  const { texts } = useSpeech();
  const waiting = useQuery({
    queryKey: ["callbacks", "waiting", tab],
    queryFn: () => dataOf(api.GET("/api/v1/callbacks", { params: { query: { tab, limit: most } } })),
    refetchInterval: 30_000,
  });
  const count = waiting.data?.items.length;
  return (
    <Link to="/callbacks" search={{ tab }} className="panel card">
      <Count count={count} isMore={waiting.data?.nextCursor != null} isBad={tab === "overdue"} />
      {texts.overview[tab]} <span aria-hidden>→</span>
    </Link>
  );
}

function DeadLetters() {
  const { texts } = useSpeech();
  const dead = useQuery({
    queryKey: ["deliveries", "dead"],
    queryFn: () => dataOf(api.GET("/api/v1/deliveries/dead-letters")),
    refetchInterval: 30_000,
  });
  return (
    <Link to="/notifications" search={{ tab: "deliveries", status: "failed" }} className="panel card">
      <Count count={dead.data?.items.reduce((sum, { count }) => sum + count, 0)} isMore={false} isBad />
      {texts.overview.dead} <span aria-hidden>→</span>
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

function Month({ stats, places }: { stats: Schemas["CallbackStats"]; places: Places | undefined }) {
  const { texts, format } = useSpeech();
  const percent = (value: number | null) => (value === null ? "–" : `${format.number(Math.round(value))} %`);
  const numbers: [string, string][] = [
    [texts.overview.sla, percent(stats.sla.percent)],
    [texts.overview.created, format.number(stats.created)],
    [texts.overview.completed, format.number(stats.completed)],
    [texts.overview.escalated, format.number(stats.escalated)],
    [texts.overview.median, stats.timeToContact.medianMs === null ? "–" : format.span(stats.timeToContact.medianMs)],
  ];
  return (
    <>
      <div className="cards">
        {numbers.map(([label, value]) => (
          <div key={label} className="panel card">
            <div className="card-number">{value}</div>
            {label}
          </div>
        ))}
      </div>
      {stats.slaByBranch.length > 0 && (
        <section className="panel card branches">
          <Title order={3} mb="sm">
            {texts.overview.byBranch}
          </Title>
          {stats.slaByBranch.map(({ branchId, met, missed, percent: share }) => (
            <div key={branchId} className="bar-row">
              <span>{nameOf(places, "branch", branchId)}</span>
              <meter
                min={0}
                max={Math.max(1, met + missed)}
                value={met}
                aria-label={nameOf(places, "branch", branchId)}
              />
              <span className="number">{percent(share)}</span>
              <span className="number quiet">
                {met} {texts.overview.met} · {missed} {texts.overview.missed}
              </span>
            </div>
          ))}
        </section>
      )}
    </>
  );
}
