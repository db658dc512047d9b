import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FailureWords } from "./failure.tsx";

/** A change: says that it was done or why not, and has what it touched read again either way. */
export function useAct<Input>(run: (input: Input) => Promise<string | undefined>, touched: readonly string[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: (message) => {
      if (message !== undefined) notifications.show({ message, color: "teal" });
    },
    onError: (error) => {
      notifications.show({ message: <FailureWords error={error} />, color: "red", autoClose: 8000 });
    },
    onSettled: () => Promise.all(touched.map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
}
