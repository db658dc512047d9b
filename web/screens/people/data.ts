import { api, type Schemas, type Versioned, versionOf } from "../../api/client.ts";
import { nameOf, type Places } from "../../api/places.ts";
import { useWords } from "../../texts/both.ts";
import { peopleWords } from "../../texts/people.ts";

export type User = Schemas["User"];
export type Grant = Schemas["Grant"];

export const roles = [
  "admin",
  "manager",
  "receptionist",
  "staff",
  "viewer",
] as const satisfies readonly Grant["role"][];

export const readUser = (userId: number): Promise<Versioned<User>> =>
  versionOf(api.GET("/api/v1/users/{userId}", { params: { path: { userId } } }));

/** A role with where it holds and who of the staff it is, in a line. */
export function useGrantWords(places: Places | undefined): (grant: Grant) => string {
  const words = useWords(peopleWords);
  return ({ role, branchId, staffId }) => {
    const place = branchId === null ? words.everywhere : nameOf(places, "branch", branchId);
    const where = role === "admin" ? words.roleOf.admin : words.at(words.roleOf[role], place);
    return staffId === null ? where : words.as(where, nameOf(places, "staff", staffId));
  };
}
