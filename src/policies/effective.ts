import type { ConfigurableType, PolicyType } from "../db/schema.ts";
import { type Config, systemDefaults, type Values } from "./rules.ts";

/** From the most to the least specific. */
export const levels = ["staff", "service", "branch", "company"] as const satisfies readonly ConfigurableType[];
export type Level = (typeof levels)[number];

export interface Target {
  readonly level: Level;
  readonly id: string;
}

/** The places whose policies an appointment is decided by. */
export function chainOfAppointment(
  { staffId, serviceId, branchId }: { staffId: string | null; serviceId: number; branchId: string },
  companyId: number,
): Target[] {
  const staff: Target[] = staffId === null ? [] : [{ level: "staff", id: staffId }];
  return [
    ...staff,
    { level: "service", id: String(serviceId) },
    { level: "branch", id: branchId },
    { level: "company", id: String(companyId) },
  ];
}

export interface Configuration {
  readonly id: number;
  readonly level: Level;
  readonly targetId: string;
  readonly policyType: PolicyType;
  readonly config: Config;
  /** true: sets the fields it names and inherits the rest; false: what it does not name takes the system default. */
  readonly isOverride: boolean;
  readonly overridesId: number | null;
  readonly version: number;
}

export interface Origin {
  readonly value: unknown;
  readonly level: Level | "system";
  readonly configurationId: number | null;
  readonly version: number | null;
}

/** Where a value comes from, and what would apply without it, the next in line first. */
export interface Provenance extends Origin {
  readonly shadows: readonly Origin[];
}

export interface EffectivePolicy<T extends PolicyType = PolicyType> {
  readonly type: T;
  readonly chain: readonly Target[];
  readonly values: Values<T>;
  readonly provenance: { readonly [K in keyof Values<T>]: Provenance };
}

/**
 * The policy of a chain, field by field: `policySet` for one chain alone.
 * @param chain from the most to the least specific level, each named at most once
 */
export function effectivePolicy<T extends PolicyType>(
  type: T,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): EffectivePolicy<T> {
  return policySet(type, configurations).effective(chain);
}

export interface PolicySet<T extends PolicyType> {
  effective(chain: readonly Target[]): EffectivePolicy<T>;
}

/**
 * A type's configurations, made ready once to answer for any number of chains. Pure; bounded whatever the data: a parent
 * is followed only to a strictly less specific level, so a cycle cannot be walked. An absent parent (deleted) counts as
 * none named: the next less specific configuration of the chain is inherited from.
 */
export function policySet<T extends PolicyType>(type: T, configurations: readonly Configuration[]): PolicySet<T> {
  const unset = withoutConfigurations[type];
  const buildValues = values[type];
  const buildProvenance = provenances[type];
  const at: Places = { staff: new Map(), service: new Map(), branch: new Map(), company: new Map() };
  const byId = new Map<number, Layer>();
  for (const configuration of configurations) {
    if (configuration.policyType !== type) continue;
    const { id, level, targetId } = configuration;
    const layer = layerOf(configuration, unset);
    byId.set(id, layer);
    if (!at[level].has(targetId)) at[level].set(targetId, layer);
  }
  for (const layer of byId.values()) {
    const { overridesId } = layer.configuration;
    const named = overridesId === null ? undefined : byId.get(overridesId);
    if (named !== undefined && named.rank > layer.rank) layer.parent = named;
  }
  return {
    effective(chain) {
      const provenance = unset.provenance.slice();
      const line = inheritance(chain, at);
      for (let index = line.length - 1; index >= 0; index--) {
        const layer = line[index];
        if (layer !== undefined) lay(layer, provenance, unset);
      }
      const made = { type, chain, values: buildValues(provenance), provenance: buildProvenance(provenance) };
      return made as unknown as EffectivePolicy<T>;
    },
  };
}

type Places = Readonly<Record<Level, Map<string, Layer>>>;

/** A configuration as it is laid over what is behind it: the fields by their place in the type, not by their names. */
interface Layer {
  readonly configuration: Configuration;
  readonly rank: number;
  /** The less specific one that it names, if there is one. */
  parent: Layer | undefined;
  readonly sets: readonly Setting[];
}

interface Setting {
  readonly place: number;
  readonly origin: Origin;
  /** For most fields the system's value is all that is behind; what is said of them then is made once. */
  readonly overSystem: Provenance;
}

function layerOf(configuration: Configuration, unset: Unset): Layer {
  const { id, level, config, isOverride, version } = configuration;
  const set = config as Record<string, unknown>;
  const sets: Setting[] = [];
  for (const [place, field] of unset.fields.entries()) {
    const value = set[field];
    // One that stands alone cuts the fields it does not name off from what is behind it.
    if (value === undefined && isOverride) continue;
    const own: Origin = { value, level, configurationId: id, version };
    const origin = value === undefined ? (unset.origins[place] as Origin) : own;
    sets.push({ place, origin, overSystem: { ...origin, shadows: unset.shadows[place] as readonly Origin[] } });
  }
  return { configuration, rank: levels.indexOf(level), parent: undefined, sets };
}

/** Every resolution begins as a copy of this and shares what no configuration sets, so it is frozen inside. */
interface Unset {
  readonly fields: readonly string[];
  readonly origins: readonly Origin[];
  readonly provenance: readonly Provenance[];
  /** What most fields shadow that a configuration sets: the system's value alone. */
  readonly shadows: readonly (readonly Origin[])[];
}

function unsetOf(type: PolicyType): Unset {
  const defaults: Record<string, unknown> = systemDefaults[type];
  const fields = Object.keys(provenances[type]([]));
  const origins = fields.map((field) =>
    Object.freeze({ value: defaults[field], level: "system", configurationId: null, version: null } as const),
  );
  return {
    fields,
    origins,
    provenance: origins.map((origin) => Object.freeze({ ...origin, shadows: Object.freeze([]) })),
    shadows: origins.map((origin) => Object.freeze([origin])),
  };
}

type Builders<Made> = {
  readonly [T in PolicyType]: (of: readonly Provenance[]) => Record<keyof Values<T>, Made>;
};

/**
 * An object of a type's fields from their list, whose order is this one. Written out, twice: objects made by one expression
 * are many times as quick to make as those whose fields are assigned by name.
 */
const provenances: Builders<Provenance | undefined> = {
  cancellation: (of) => ({
    minNoticeHours: of[0],
    lateCancellation: of[1],
    fee: of[2],
    feeWhen: of[3],
    maxPer30Days: of[4],
    maxPer90Days: of[5],
    graceMinutesAfterBooking: of[6],
    requireReason: of[7],
  }),
  reschedule: (of) => ({
    minNoticeHours: of[0],
    lateReschedule: of[1],
    fee: of[2],
    feeWhen: of[3],
    maxPer30Days: of[4],
    maxPer90Days: of[5],
    maxPerAppointment: of[6],
    allowSameDay: of[7],
    graceMinutesAfterBooking: of[8],
    requireReason: of[9],
  }),
  recurring: (of) => ({
    allowPartialCancel: of[0],
    fullSeriesNoticeHours: of[1],
    partialCancelFee: of[2],
    minOccurrencesToKeep: of[3],
  }),
};

const values: Builders<unknown> = {
  cancellation: (of) => ({
    minNoticeHours: of[0]?.value,
    lateCancellation: of[1]?.value,
    fee: of[2]?.value,
    feeWhen: of[3]?.value,
    maxPer30Days: of[4]?.value,
    maxPer90Days: of[5]?.value,
    graceMinutesAfterBooking: of[6]?.value,
    requireReason: of[7]?.value,
  }),
  reschedule: (of) => ({
    minNoticeHours: of[0]?.value,
    lateReschedule: of[1]?.value,
    fee: of[2]?.value,
    feeWhen: of[3]?.value,
    maxPer30Days: of[4]?.value,
    maxPer90Days: of[5]?.value,
    maxPerAppointment: of[6]?.value,
    allowSameDay: of[7]?.value,
    graceMinutesAfterBooking: of[8]?.value,
    requireReason: of[9]?.value,
  }),
  recurring: (of) => ({
    allowPartialCancel: of[0]?.value,
    fullSeriesNoticeHours: of[1]?.value,
    partialCancelFee: of[2]?.value,
    minOccurrencesToKeep: of[3]?.value,
  }),
};

const withoutConfigurations: Readonly<Record<PolicyType, Unset>> = {
  cancellation: unsetOf("cancellation"),
  reschedule: unsetOf("reschedule"),
  recurring: unsetOf("recurring"),
};

/** Asked one by one: a key that is looked up by name costs as much as the map behind it. */
function placesOf(at: Places, level: Level): Map<string, Layer> {
  if (level === "staff") return at.staff;
  if (level === "service") return at.service;
  return level === "branch" ? at.branch : at.company;
}

/** The layer of the most specific level that has one, and each one's parent after it. */
function inheritance(chain: readonly Target[], at: Places): (Layer | undefined)[] {
  const line: (Layer | undefined)[] = [undefined, undefined, undefined, undefined];
  let count = 0;
  let rank = -1;
  for (let index = 0; index < chain.length; index++) {
    const { level, id } = chain[index] as Target;
    let layer = placesOf(at, level).get(id);
    if (layer === undefined || layer.rank <= rank) continue;
    for (; layer !== undefined; layer = layer.parent) {
      line[count++] = layer;
      rank = layer.rank;
    }
  }
  return line;
}

function lay({ sets }: Layer, provenance: Provenance[], unset: Unset): void {
  for (let index = 0; index < sets.length; index++) {
    const { place, origin, overSystem } = sets[index] as Setting;
    const below = provenance[place] as Provenance;
    provenance[place] = below === unset.provenance[place] ? overSystem : over(origin, below);
  }
}

/** Written out, and moved one by one: spreading what is below would take longer than all else of a resolution. */
function over({ value, level, configurationId, version }: Origin, below: Provenance): Provenance {
  const further = below.shadows;
  const shadows = new Array<Origin>(further.length + 1);
  shadows[0] = {
    value: below.value,
    level: below.level,
    configurationId: below.configurationId,
    version: below.version,
  };
  for (let index = 0; index < further.length; index++) shadows[index + 1] = further[index] as Origin;
  return { value, level, configurationId, version, shadows };
}

export type ParentMistake = "self" | "circular" | "unknown" | "otherType" | "notLessSpecific";

/** What is wrong with overriding `overridesId`, if anything. `all` are the company's live configurations of every type. */
export function parentMistake(
  child: Pick<Configuration, "level" | "policyType" | "overridesId"> & { id: number | null },
  all: readonly Configuration[],
): ParentMistake | null {
  if (child.overridesId === null) return null;
  if (child.overridesId === child.id) return "self";
  const parent = all.find(({ id }) => id === child.overridesId);
  if (!parent) return "unknown";
  if (parent.policyType !== child.policyType) return "otherType";
  const ancestors = new Set<number>();
  for (let next: Configuration | undefined = parent; next && !ancestors.has(next.id); ) {
    if (next.id === child.id) return "circular";
    ancestors.add(next.id);
    const { overridesId }: Configuration = next;
    next = all.find(({ id }) => id === overridesId);
  }
  return levels.indexOf(parent.level) > levels.indexOf(child.level) ? null : "notLessSpecific";
}
