import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of a test's own, in memory, of which the room can be taken and given back. */
export interface Disk {
  readonly folder: string;
  /** Leaves so many bytes free. */
  fill(left: number): void;
  /** As much room as at first. */
  empty(): void;
  remove(): void;
}

/** @returns null where none can be mounted: that takes root and its rights */
export function mountDisk(size: string): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-disk-"));
  const mount = (...args: string[]) => execFileSync("mount", [...args, folder], { stdio: "ignore" });
  try {
    mount("-t", "tmpfs", "-o", `size=${size}`, "tmpfs");
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const resize = (to: string) => mount("-o", `remount,size=${to}`);
  return {
    folder,
    fill(left) {
      const { blocks, bfree, bsize } = statfsSync(folder);
      resize(String((blocks - bfree) * bsize + left));
    },
    empty: () => resize(size),
    remove() {
      execFileSync("umount", ["--lazy", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
