import { Button } from "@mantine/core";
import { useWords } from "../../texts/both.ts";
import { variableWords } from "../../texts/template-variables.ts";
import { templateWords } from "../../texts/templates.ts";

interface Props {
  readonly paths: readonly string[];
  onFill(path: string): void;
}

/** All that may be filled into this text. */
export function Variables({ paths, onFill }: Props) {
  const words = useWords(templateWords);
  const names = useWords(variableWords);
  return (
    <fieldset className="bare variables">
      <legend>{words.variables}</legend>
      <p className="quiet matrix-note">{words.variablesHelp}</p>
      {paths.map((path) => (
        <Button
          key={path}
          variant="default"
          size="compact-xs"
          radius="xl"
          title={path}
          aria-label={words.insert(names[path] ?? path)}
          onClick={() => onFill(path)}
        >
          {names[path] ?? path}
        </Button>
      ))}
    </fieldset>
  );
}
