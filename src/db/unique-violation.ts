const serverDuplicateKey = 1062;
/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const sqliteDuplicateKeys = [2067, 1555];

/** Whether an insert or update failed because another row has its key. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errno, errcode } = error as { errno?: number; errcode?: number };
  return errno === serverDuplicateKey || (errcode !== undefined && sqliteDuplicateKeys.includes(errcode));
}
