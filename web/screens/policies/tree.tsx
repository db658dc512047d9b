import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { nameOf, type Places } from "../../api/places.ts";
import { type Spot, type Target, targetOf } from "../../api/spots.ts";
import { LevelMark } from "../../components/level.tsx";
import { useSpeech } from "../../texts/language.tsx";
import { type Policy, policyAt } from "./data.ts";

interface Props {
  readonly places: Places;
  readonly policies: readonly Policy[];
  readonly spot: Spot;
  onPick(spot: Spot): void;
}

/** Company → branch → service and staff, each with how many fields it sets itself. */
export function Tree({ places, policies, spot, onPick }: Props) {
  const { texts } = useSpeech();
  const picked = targetOf(spot, places.company.id);
  // On a phone the answer comes first: the tree is shut once something was picked.
  const isNarrow = useMediaQuery("(max-width: 760px)", window.innerWidth <= 760);
  const [isOpen, setIsOpen] = useState(!isNarrow || picked.level === "company");
  useEffect(() => {
    if (!isNarrow) setIsOpen(true);
  }, [isNarrow]);
  const node = (target: Target, name: string, to: Spot) => (
    <Node
      target={target}
      name={name}
      isPicked={target.level === picked.level && target.id === picked.id}
      setHere={Object.keys(policyAt(policies, target)?.config ?? {}).length}
      onPick={() => {
        if (isNarrow) setIsOpen(false);
        onPick(to);
      }}
    />
  );
  const shared = places.services.filter(({ branchId }) => branchId === null);
  return (
    <nav aria-label={texts.policies.tree}>
      <details className="panel tree" open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary>
          <LevelMark level={picked.level}>{nameOf(places, picked.level, picked.id)}</LevelMark>
          <span className="quiet">{texts.policies.choose}</span>
        </summary>
        <ul>
          <li>
            {node({ level: "company", id: String(places.company.id) }, places.company.name, {})}
            <ul>
              {places.branches.map((branch) => (
                <li key={branch.id}>
                  {node({ level: "branch", id: branch.id }, branch.name, { branch: branch.id })}
                  <ul>
                    {places.services
                      .filter(({ branchId }) => branchId === branch.id)
                      .map(({ id, name }) => (
                        <li key={id}>
                          {node({ level: "service", id: String(id) }, name, { branch: branch.id, service: String(id) })}
                        </li>
                      ))}
                    {places.staff
                      .filter(({ branchId }) => branchId === branch.id)
                      .map(({ id, name }) => (
                        <li key={id}>{node({ level: "staff", id }, name, { branch: branch.id, staff: id })}</li>
                      ))}
                  </ul>
                </li>
              ))}
              {shared.length > 0 && <li className="tree-group quiet">{texts.policies.services}</li>}
              {shared.map(({ id, name }) => (
                <li key={id}>{node({ level: "service", id: String(id) }, name, { service: String(id) })}</li>
              ))}
            </ul>
          </li>
        </ul>
      </details>
    </nav>
  );
}

interface NodeProps {
  readonly target: Target;
  readonly name: string;
  readonly isPicked: boolean;
  readonly setHere: number;
  onPick(): void;
}

function Node({ target, name, isPicked, setHere, onPick }: NodeProps) {
  const { texts } = useSpeech();
  return (
    <button type="button" aria-current={isPicked} onClick={onPick}>
      <LevelMark level={target.level} />
      <span className="tree-name">{name}</span>
      {setHere > 0 && (
        <span className="set-here" title={texts.policies.setHere(setHere)}>
          <span aria-hidden>{setHere}</span>
          <span className="away">{texts.policies.setHere(setHere)}</span>
        </span>
      )}
    </button>
  );
}
