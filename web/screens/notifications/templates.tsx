import { eventIn, route } from "./data.ts";
import { TemplateList } from "./template-list.tsx";
import { TemplateScreen } from "./template-screen.tsx";

/** All texts, or the one that the address names. */
export function Templates() {
  const { event: named, channel, locale, name } = route.useSearch();
  const event = eventIn(named);
  if (event === undefined || channel === undefined) return <TemplateList />;
  return <TemplateScreen event={event} channel={channel} locale={locale} name={name} />;
}
