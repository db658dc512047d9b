/** A smoke command: `ask.ts ADDRESS` prints what a caller is answered, and what one with the maintenance token is. */
const [, , address = ""] = process.argv;
const token = process.env.FRONTDESK_MAINTENANCE_TOKEN ?? "";
const statuses: number[] = [];
for (const headers of [{}, { "frontdesk-maintenance-token": token }]) {
  const response = await fetch(`${address}/api/v1/appointments`, { headers });
  statuses.push(response.status);
}
console.log(statuses.join(" "));
