// Where the plugin was loaded from, so that its lazy parts and pictures are found at any address.
import self from 'amd-module';

__webpack_public_path__ = self?.uri ? self.uri.slice(0, self.uri.lastIndexOf('/') + 1) : '';
