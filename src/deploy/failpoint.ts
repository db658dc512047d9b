/** Places where a test may stop, kill or disturb a deployment. Unarmed, as always outside tests, they do nothing. */
let hit: ((name: string) => void | Promise<void>) | null = null;

export async function failpoint(name: string): Promise<void> {
  if (hit !== null) await hit(name);
}

/** Only the tests' deployer calls this; see the architecture test. */
export function armFailpoints(onHit: (name: string) => void | Promise<void>): void {
  hit = onHit;
}
