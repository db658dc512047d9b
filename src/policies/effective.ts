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
 * The policy of a chain, field by field. Pure; bounded whatever the data: a parent is followed only to a strictly less
 * specific level, so a cycle cannot be walked. An absent parent (deleted) counts as none named: the next less specific
 * configuration of the chain is inherited from. Each level is named in the chain at most once.
 */
export function effectivePolicy<T extends PolicyType>(
  type: T,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): EffectivePolicy<T> {
  const unset = withoutConfigurations[type];
  const values = { ...unset.values };
  const provenance = { ...unset.provenance };
  const line = inheritance(type, chain, configurations);
  for (let at = line.length - 1; at >= 0; at--) lay(line[at] as Configuration, values, provenance, unset);
  return { type, chain, values, provenance } as unknown as EffectivePolicy<T>;
}

/** Every resolution begins as a copy of this and shares what no configuration sets, so it is frozen inside. */
interface Unset {
  readonly fields: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly provenance: Readonly<Record<string, Provenance>>;
  /** What most fields shadow that a configuration sets: the system's value alone. */
  readonly shadows: Readonly<Record<string, readonly Origin[]>>;
}

function unsetOf(type: PolicyType): Unset {
  const values: Record<string, unknown> = systemDefaults[type];
  const each = <V>(of: (value: unknown) => V) =>
    Object.fromEntries(Object.entries(values).map(([field, value]) => [field, of(value)]));
  return {
    fields: Object.keys(values),
    values,
    origins: each((value) => Object.freeze(system(value))),
    provenance: each((value) => Object.freeze({ ...system(value), shadows: Object.freeze([]) })),
    shadows: each((value) => Object.freeze([Object.freeze(system(value))])),
  };
}

const system = (value: unknown): Origin => ({ value, level: "system", configurationId: null, version: null });

const withoutConfigurations: Readonly<Record<PolicyType, Unset>> = {
  cancellation: unsetOf("cancellation"),
  reschedule: unsetOf("reschedule"),
  recurring: unsetOf("recurring"),
};

/** The configuration of the most specific level that has one, and each one's parent after it. */
function inheritance(
  type: PolicyType,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): Configuration[] {
  const atRank: (Configuration | undefined)[] = [undefined, undefined, undefined, undefined];
  for (const configuration of configurations) {
    if (configuration.policyType === type && isIn(chain, configuration)) atRank[rank(configuration)] ??= configuration;
  }
  const line: Configuration[] = [];
  for (let here = nextOf(atRank, 0); here; here = parentOf(here, atRank, configurations)) line.push(here);
  return line;
}

function isIn(chain: readonly Target[], { level, targetId }: Configuration): boolean {
  for (const target of chain) if (target.level === level) return target.id === targetId;
  return false;
}

function nextOf(atRank: readonly (Configuration | undefined)[], from: number): Configuration | undefined {
  for (let at = from; at < atRank.length; at++) if (atRank[at]) return atRank[at];
  return undefined;
}

function parentOf(
  child: Configuration,
  atRank: readonly (Configuration | undefined)[],
  all: readonly Configuration[],
): Configuration | undefined {
  if (child.overridesId !== null) {
    for (const other of all) {
      const isNamed = other.id === child.overridesId && other.policyType === child.policyType;
      if (isNamed && rank(other) > rank(child)) return other;
    }
  }
  return nextOf(atRank, rank(child) + 1);
}

/** Lays a configuration over what is behind it; one that stands alone cuts the fields it does not name off from it. */
function lay(
  { id, level, config, isOverride, version }: Configuration,
  values: Record<string, unknown>,
  provenance: Record<string, Provenance>,
  unset: Unset,
): void {
  const set = config as Record<string, unknown>;
  for (const field in set) {
    const value = set[field];
    const below = provenance[field];
    // Not a field of this type, though an object may inherit something of that name.
    if (value === undefined || below?.shadows === undefined) continue;
    values[field] = value;
    provenance[field] = { value, level, configurationId: id, version, shadows: shadowsOf(field, below, unset) };
  }
  if (isOverride) return;
  for (const field of unset.fields) {
    if (set[field] !== undefined) continue;
    const origin = unset.origins[field] as Origin;
    values[field] = origin.value;
    provenance[field] = { ...origin, shadows: shadowsOf(field, provenance[field] as Provenance, unset) };
  }
}

function shadowsOf(field: string, below: Provenance, unset: Unset): readonly Origin[] {
  if (below === unset.provenance[field]) return unset.shadows[field] as readonly Origin[];
  const { value, level, configurationId, version, shadows } = below;
  return [{ value, level, configurationId, version }, ...shadows];
}

const ranks: Readonly<Record<Level, number>> = { staff: 0, service: 1, branch: 2, company: 3 };

function rank({ level }: Pick<Configuration, "level">): number {
  return ranks[level];
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
