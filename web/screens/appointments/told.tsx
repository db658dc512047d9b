import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMay } from "../../app/who.ts";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";

/** The ways to what was told of an appointment, and to what would be. */
export function Told({ id }: { id: number }) {
  const words = useWords(appointmentWords);
  const may = useMay();
  return (
    <Text size="sm" className="told" component="div">
      {may("deliveries:read") && (
        <Link className="link" to="/notifications" search={{ tab: "deliveries", appointment: id }}>
          {words.wasTold}
        </Link>
      )}
      {may("notifications:read") && (
        <Link className="link" to="/notifications" search={{ tab: "dry-run", appointment: id, event: "cancellation" }}>
          {words.wouldBeTold}
        </Link>
      )}
    </Text>
  );
}
