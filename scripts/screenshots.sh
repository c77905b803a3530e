#!/usr/bin/env bash
# Writes docs/report.png and docs/explore.png: the upper parts of the pages of an example, as
# ./verify --screenshots calls it.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
cd "$root"
out=out/screenshots

# Photographs the upper $3 pixels of page $1 into file $2, at four fifths of their size.
photograph() {
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=0.8 \
    --user-data-dir="$root/$out/profile" --window-size="1280,$3" \
    --screenshot="$root/$2" "file://$root/$1" >"$out/chromium.log" 2>&1
  echo "$2: $(stat -c %s "$2") bytes"
}

rm -rf "$out"
./xbarflow run examples/residual_cnn/model.onnx -o "$out/report" >/dev/null
./xbarflow explore examples/residual_cnn/model.onnx -o "$out/explore" --mvm-cycles 1,8,32 >/dev/null
photograph "$out/report/report.html" docs/report.png 2400
photograph "$out/explore/explore.html" docs/explore.png 1500
