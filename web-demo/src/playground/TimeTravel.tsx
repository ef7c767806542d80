import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Slider from '@cloudscape-design/components/slider';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';

import { momentOf, type Compact } from '../model/compact';
import { localTime, readUtc, travelSpan, utcText } from '../model/moment';

interface Props {
  readonly compact: Compact | undefined;
  readonly clock: number;
  readonly moment: number;
  readonly onMoment: (moment: number) => void;
}

/** Moves through the life of the token, and beyond both ends of it. */
export function TimeTravel({ compact, clock, moment, onMoment }: Props) {
  const issued = momentOf(compact?.claims, 'issuedAt');
  const expires = momentOf(compact?.claims, 'expiration');
  const { from, to } = travelSpan(issued, expires, clock);
  const marks = [issued, expires].flatMap((mark) => (mark === undefined ? [] : [Math.floor(mark / 1000)]));
  const seconds = Math.floor(moment / 1000);

  const [text, setText] = useState(utcText(moment));
  useEffect(() => setText(utcText(moment)), [moment]);
  const written = readUtc(text);

  return (
    <SpaceBetween size="s">
      <FormField label="Travel" description="From before the license starts to after it ends." stretch>
        <Slider
          value={Math.min(to, Math.max(from, seconds))}
          min={from}
          max={to}
          referenceValues={marks}
          valueFormatter={(value) =>
            value === marks[0] ? 'starts' : value === marks[1] ? 'ends' : value === from || value === to ? '' : localTime(value * 1000)
          }
          onChange={({ detail }) => onMoment(detail.value * 1000)}
          ariaLabel="Moment to verify for"
        />
      </FormField>
      <FormField
        label="Moment (UTC)"
        errorText={written === undefined ? 'Write it as 2026-11-22T10:00:00Z.' : undefined}
        constraintText={`Local time: ${localTime(moment)}`}
      >
        <Input
          value={text}
          spellcheck={false}
          onChange={({ detail }) => {
            setText(detail.value);
            const read = readUtc(detail.value);
            if (read !== undefined) {
              onMoment(read);
            }
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}
