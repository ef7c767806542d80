import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId } from 'react';

import { textOf, type Compact } from '../model/compact';
import { TimeTravel } from './TimeTravel';

interface Props {
  readonly compact: Compact | undefined;
  readonly clock: number;
  /** The moment chosen; `undefined` for now. */
  readonly moment: number | undefined;
  readonly onMoment: (moment: number | undefined) => void;
  readonly nodeId: string;
  readonly onNodeId: (nodeId: string) => void;
}

/** When and where the license is to be used. */
export function ConditionsPanel({ compact, clock, moment, onMoment, nodeId, onNodeId }: Props) {
  const asOf = useId();
  const ownNode = textOf(compact?.claims, 'nodeId');
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description="The verifier is told the time and the node, so any moment and any machine can be tried.">
          When and where
        </Header>
      }
    >
      <SpaceBetween size="l">
        <FormField label={<span id={asOf}>Verify as of</span>} stretch>
          <SegmentedControl
            ariaLabelledby={asOf}
            selectedId={moment === undefined ? 'now' : 'then'}
            options={[
              { id: 'now', text: 'Now' },
              { id: 'then', text: 'Another moment' },
            ]}
            onChange={({ detail }) => onMoment(detail.selectedId === 'now' ? undefined : clock)}
          />
        </FormField>
        {moment !== undefined && (
          <TimeTravel compact={compact} clock={clock} moment={moment} onMoment={onMoment} />
        )}
        <FormField
          label={
            <>
              Expected node <i>- optional</i>
            </>
          }
          description="The node this application runs on. Left empty, any node will do."
          stretch
        >
          <div className="beside">
            <Input
              value={nodeId}
              onChange={({ detail }) => onNodeId(detail.value)}
              placeholder="any"
              spellcheck={false}
              autoComplete={false}
            />
            <Button disabled={ownNode === undefined || ownNode === nodeId} onClick={() => onNodeId(ownNode ?? '')}>
              Use the token’s
            </Button>
          </div>
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
