/**
 * California housing: 20,640 census block groups of 1990.
 * Source: Pace and Barry, "Sparse Spatial Autoregressions", Statistics & Probability Letters 33 (1997) 291–297.
 */
export const californiaHousingInfo = {
  name: 'california-housing',
  homepage: 'https://www.dcc.fc.up.pt/~ltorgo/Regression/cal_housing.html',
  /** Name of the table in the archive. */
  file: 'cal_housing.data',
  /** SHA-256 of the unpacked table, hex. */
  sha256: 'd3d8a1a722ae78f91134862727d27a70b1415e7d512a89140406248687f4b902',
  rows: 20_640,
  /** The address from which scikit-learn downloads the archive. */
  mirrors: ['https://ndownloader.figshare.com/files/5976036'],
  /** The table's columns in order. */
  columns: [
    'longitude',
    'latitude',
    'housingMedianAge',
    'totalRooms',
    'totalBedrooms',
    'population',
    'households',
    'medianIncome',
    'medianHouseValue',
  ],
  /** scikit-learn's features, in its order. */
  featureNames: [
    'MedInc',
    'HouseAge',
    'AveRooms',
    'AveBedrms',
    'Population',
    'AveOccup',
    'Latitude',
    'Longitude',
  ],
  targetNames: ['MedHouseVal'],
} as const
