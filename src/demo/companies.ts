import type { ConfigurableType, PolicyType } from "../db/schema.ts";
import type { Config } from "../policies/rules.ts";
import { type Reasons, reasonsInAPractice, reasonsInASalon, reasonsInAStudio } from "./reasons.ts";

/** The three companies of the demo. */
export interface DemoCompany {
  readonly name: string;
  /** Of the addresses that its people sign in with. */
  readonly mailDomain: string;
  /** Who runs it. */
  readonly admin: string;
  readonly branches: readonly { readonly name: string; readonly staff: readonly string[] }[];
  readonly services: readonly { readonly name: string; readonly minutes: number; readonly priceCents: number }[];
  /** Appointments of the month behind and the two weeks ahead. */
  readonly visits: number;
  readonly reasons: Reasons;
  /** `at` names a branch, service or staff member by its place in the lists; the first service costs a fee to cancel. */
  readonly policies: readonly {
    readonly type: PolicyType;
    readonly level: ConfigurableType;
    readonly at: number;
    readonly config: Config;
  }[];
}

const usual = [
  { type: "cancellation", level: "company", at: 0, config: { minNoticeHours: 24, maxPer30Days: 3 } },
  {
    type: "cancellation",
    level: "service",
    at: 0,
    config: { minNoticeHours: 48, fee: { type: "percentage", percent: 25 }, feeWhen: "always" },
  },
  { type: "reschedule", level: "company", at: 0, config: { minNoticeHours: 12, maxPerAppointment: 2 } },
] as const satisfies DemoCompany["policies"];

export const demoCompanies: readonly DemoCompany[] = [
  {
    name: "Salon Lindner",
    mailDomain: "lindner.example",
    admin: "Mona Lindner",
    branches: [
      { name: "Berlin Mitte", staff: ["Anna Weber", "Jonas Kuhn", "Mona Lindner"] },
      { name: "München Schwabing", staff: ["Lukas Huber", "Sofia Brandl"] },
    ],
    services: [
      { name: "Farbe", minutes: 120, priceCents: 8000 },
      { name: "Schnitt", minutes: 60, priceCents: 4500 },
      { name: "Maniküre", minutes: 45, priceCents: 3000 },
    ],
    visits: 305,
    reasons: reasonsInASalon,
    policies: [
      ...usual,
      { type: "cancellation", level: "branch", at: 0, config: { graceMinutesAfterBooking: 30 } },
      { type: "cancellation", level: "staff", at: 1, config: { minNoticeHours: 72 } },
    ],
  },
  {
    name: "Praxis Dr. Yılmaz",
    mailDomain: "praxis-yilmaz.example",
    admin: "Dr. Elif Yılmaz",
    branches: [{ name: "Köln", staff: ["Dr. Elif Yılmaz", "Dr. Peter Sand", "Katrin Vogt"] }],
    services: [
      { name: "Vorsorge", minutes: 30, priceCents: 6000 },
      { name: "Beratung", minutes: 20, priceCents: 3500 },
    ],
    visits: 305,
    reasons: reasonsInAPractice,
    policies: [...usual, { type: "cancellation", level: "service", at: 1, config: { requireReason: true } }],
  },
  {
    name: "Studio Nord",
    mailDomain: "studio-nord.example",
    admin: "Ida Jansen",
    branches: [{ name: "Hamburg", staff: ["Timo Petersen", "Ida Jansen", "Ole Hinrichs"] }],
    services: [
      { name: "Personal Training", minutes: 60, priceCents: 7000 },
      { name: "Yoga", minutes: 90, priceCents: 2000 },
    ],
    visits: 305,
    reasons: reasonsInAStudio,
    policies: [...usual, { type: "reschedule", level: "branch", at: 0, config: { allowSameDay: false } }],
  },
];

export const customerNames = [
  "Petra O'Neil",
  "Ömer Aydın",
  "Clara Stein",
  "Jan Novak",
  "Lea Fischer",
  "Mehmet Kaya",
  "Nora Beck",
  "Paul Richter",
  "Rosa Klein",
  "Sven Maier",
  "Tanja Roth",
  "Uwe Lang",
  "Vera Wolf",
  "Werner Haas",
  "Yara Sommer",
  "Zoe Winter",
  "Anton Krüger",
  "Bea Schubert",
  "Carlos Ruiz",
  "Dana Peters",
  "Emil Jung",
  "Frida Arnold",
  "Gero Busch",
  "Hanna Vogel",
];
