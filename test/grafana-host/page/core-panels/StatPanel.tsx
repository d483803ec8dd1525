import {
  type FieldDisplay,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type PanelProps,
  type ReduceDataOptions,
  VizOrientation,
} from '@grafana/data';
import {
  BarGauge,
  BarGaugeDisplayMode,
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  useTheme2,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import type { ReactElement } from 'react';

export interface StatOptions {
  readonly reduceOptions: ReduceDataOptions;
  readonly orientation: VizOrientation;
  readonly colorMode?: BigValueColorMode;
  readonly graphMode?: BigValueGraphMode;
  readonly textMode?: BigValueTextMode;
  readonly displayMode?: BarGaugeDisplayMode;
}

export const statDefaults: StatOptions = {
  reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
  orientation: VizOrientation.Auto,
};

type Repeated = VizRepeaterRenderValueProps<FieldDisplay>;

/** Stands for Grafana's stat: big values with a line behind them. */
export function StatPanel(props: PanelProps<StatOptions>): ReactElement {
  const theme = useTheme2();
  const { textMode = BigValueTextMode.Auto } = props.options;
  const { colorMode = BigValueColorMode.Value, graphMode = BigValueGraphMode.Area } = props.options;
  return (
    <Values
      {...props}
      autoGrid
      withSparkline={graphMode !== BigValueGraphMode.None}
      render={({ value, width, height, count }) => (
        <BigValue
          {...{ width, height, theme, count, colorMode, graphMode, textMode, value: value.display }}
          {...(value.sparkline === undefined ? {} : { sparkline: value.sparkline })}
        />
      )}
    />
  );
}

/** Stands for Grafana's bar gauge. */
export function BarGaugePanel(props: PanelProps<StatOptions>): ReactElement {
  const theme = useTheme2();
  const { displayMode = BarGaugeDisplayMode.Gradient } = props.options;
  return (
    <Values
      {...props}
      orientation={VizOrientation.Horizontal}
      render={({ value, width, height, orientation }) => (
        <BarGauge
          {...{ width, height, theme, orientation, displayMode, showUnfilled: true }}
          field={value.field}
          value={value.display}
          {...(value.view?.getFieldDisplayProcessor(value.colIndex ?? 0) === undefined
            ? {}
            : { display: value.view.getFieldDisplayProcessor(value.colIndex ?? 0) as never })}
        />
      )}
    />
  );
}

interface ValuesProps extends PanelProps<StatOptions> {
  readonly autoGrid?: boolean;
  readonly withSparkline?: boolean;
  readonly orientation?: VizOrientation;
  readonly render: (value: Repeated) => ReactElement;
}

function Values(props: ValuesProps): ReactElement {
  const { data, options, fieldConfig, replaceVariables, timeZone, width, height } = props;
  const theme = useTheme2();
  return (
    <VizRepeater<FieldDisplay>
      {...{ width, height, source: data, renderCounter: props.renderCounter, itemSpacing: 8 }}
      autoGrid={props.autoGrid === true}
      orientation={props.orientation ?? options.orientation}
      getValues={() =>
        getFieldDisplayValues({
          ...{ fieldConfig, replaceVariables, theme, timeZone, data: data.series },
          reduceOptions: { ...statDefaults.reduceOptions, ...options.reduceOptions },
          sparkline: props.withSparkline === true,
        })
      }
      getAlignmentFactors={(values) => getDisplayValueAlignmentFactors(values) as never}
      renderValue={(value) => props.render(value as Repeated)}
    />
  );
}
