import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, type Stage, setStage } from "./browser.ts";
import { aColleague } from "./roles.ts";

const executablePath = chromiumPath();

const all = ["Overview", "Appointments", "Policies", "Callbacks", "Notifications", "Modifications", "Settings"];
const looked = ["Directory", "Opening hours", "Ladders"];
const partsOf = {
  admin: ["General", ...looked, "Callbacks", "People", "API keys", "Webhooks", "Audit log"],
  manager: [...looked, "People"],
  receptionist: looked,
  staff: looked,
} as const;

describe.runIf(executablePath !== null)("the admin UI as a role sees it", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executablePath ?? "");
  });
  afterAll(() => stage?.close());

  test.each(["admin", "manager", "receptionist", "staff"] as const)(
    "%s is led to what the role may see, and asks the server for nothing else",
    async (role) => {
      const colleague = await aColleague(stage, role);
      const { page, complaints } = await colleague.open("/", { colorScheme: role === "manager" ? "dark" : "light" });
      const refused: string[] = [];
      page.on("response", (reply) => reply.status() >= 400 && refused.push(`${reply.status()} ${reply.url()}`));
      const navigation = page.getByRole("navigation", { name: "Screens" });
      const names = (await navigation.locator("a .wide").allTextContents()).map((name) => name.trim());
      expect(names).toEqual(all);
      const settled = async (name: string) => {
        await page.waitForLoadState("networkidle");
        await page.locator("[role=status][aria-label]").first().waitFor({ state: "detached" });
        expect(await page.getByRole("main").getByRole("alert").allTextContents(), name).toEqual([]);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${name} ${id}: ${nodes[0]?.html.slice(0, 200)}`),
          name,
        ).toEqual([]);
      };
      for (const name of all) {
        await navigation.getByRole("link", { name }).click();
        await settled(name);
      }
      const parts = page.getByRole("navigation", { name: "Parts of the settings" }).getByRole("link");
      expect((await parts.allTextContents()).toSorted()).toEqual([...partsOf[role]].toSorted());
      for (const name of partsOf[role]) {
        await page.getByRole("navigation", { name: "Parts of the settings" }).getByRole("link", { name }).click();
        await settled(name);
      }
      expect(refused).toEqual([]);
      expect(complaints).toEqual([]);
    },
    120_000,
  );
});
