import type { ConfigurableType, PolicyType } from "../db/schema.ts";
import { type Config, systemDefaults, type Values } from "./rules.ts";

/** From the most to the least specific. */
export const levels = ["staff", "service", "branch", "company"] as const satisfies readonly ConfigurableType[];
export type Level = (typeof levels)[number];

export interface Target {
  readonly level: Level;
  readonly id: string;
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
 * configuration of the chain is inherited from.
 */
export function effectivePolicy<T extends PolicyType>(
  type: T,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): EffectivePolicy<T> {
  const line = inheritance(type, chain, configurations);
  const defaults = systemDefaults[type] as Record<string, unknown>;
  const values: Record<string, unknown> = {};
  const provenance: Record<string, Provenance> = {};
  for (const field of Object.keys(defaults)) {
    const { value, level, configurationId, version, shadows } = originsOf(field, line, defaults[field]);
    values[field] = value;
    provenance[field] = { value, level, configurationId, version, shadows };
  }
  return { type, chain, values, provenance } as unknown as EffectivePolicy<T>;
}

function inheritance(
  type: PolicyType,
  chain: readonly Target[],
  configurations: readonly Configuration[],
): Configuration[] {
  const ofType = configurations.filter((configuration) => configuration.policyType === type);
  const inChain = chain.flatMap(
    ({ level, id }) =>
      ofType.find((configuration) => configuration.level === level && configuration.targetId === id) ?? [],
  );
  inChain.sort((one, other) => rank(one) - rank(other));
  const line: Configuration[] = [];
  for (let current = inChain[0]; current; current = parentOf(current, inChain, ofType)) line.push(current);
  return line;
}

function parentOf(
  child: Configuration,
  inChain: readonly Configuration[],
  all: readonly Configuration[],
): Configuration | undefined {
  const lessSpecific = (configuration: Configuration) => rank(configuration) > rank(child);
  const named = all.find((configuration) => configuration.id === child.overridesId && lessSpecific(configuration));
  return named ?? inChain.find(lessSpecific);
}

/** A configuration that stands alone cuts its fields off from those behind it, which are still shown as shadowed. */
function originsOf(field: string, line: readonly Configuration[], byDefault: unknown): Provenance {
  const system: Origin = { value: byDefault, level: "system", configurationId: null, version: null };
  const origins: Origin[] = [];
  for (const { id, level, config, isOverride, version } of line) {
    const value = (config as Record<string, unknown>)[field];
    if (value !== undefined) origins.push({ value, level, configurationId: id, version });
    else if (!isOverride) origins.push(system);
  }
  const [first = system, ...rest] = [...origins, system];
  return { ...first, shadows: rest };
}

function rank({ level }: Configuration): number {
  return levels.indexOf(level);
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
