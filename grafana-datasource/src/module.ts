import {
  type DataQuery,
  type DataQueryResponse,
  DataSourceApi,
  DataSourcePlugin,
  type TestDataSourceResponse,
} from '@grafana/data';

class StatBarDataSource extends DataSourceApi<DataQuery> {
  override async query(): Promise<DataQueryResponse> {
    return { data: [] };
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    return { status: 'success', message: 'ok' };
  }
}

export const plugin = new DataSourcePlugin(StatBarDataSource);
