import Box from '@cloudscape-design/components/box';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

import { isFeature, whyNot, type Choice } from './choice';

interface Props {
  readonly choices: readonly Choice[];
  readonly onChange: (choices: readonly Choice[]) => void;
}

/** Which entitlements of the license to borrow, and how much of each. */
export function EntitlementPicker({ choices, onChange }: Props) {
  const replace = (place: number, change: Partial<Choice>): void =>
    onChange(choices.map((choice, index) => (index === place ? { ...choice, ...change } : choice)));
  return (
    <fieldset className="choices">
      <Box tagOverride="legend" variant="awsui-key-label">
        Entitlements
      </Box>
      <ul>
        {choices.map((choice, place) => {
          const { Name, Unit, MaxCount, Value } = choice.entitlement;
          return (
            <li key={Name}>
              <Checkbox
                checked={choice.wanted}
                onChange={({ detail }) => replace(place, { wanted: detail.checked })}
                description={isFeature(choice.entitlement) ? (Value ?? 'Feature') : `up to ${MaxCount ?? 0} ${Unit}`}
              >
                {Name}
              </Checkbox>
              {!isFeature(choice.entitlement) && (
                <FormField errorText={whyNot(choice)}>
                  <Input
                    type="number"
                    inputMode="numeric"
                    value={choice.quantity}
                    disabled={!choice.wanted}
                    ariaLabel={`${Name}, ${Unit}`}
                    onChange={({ detail }) => replace(place, { quantity: detail.value })}
                  />
                </FormField>
              )}
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
