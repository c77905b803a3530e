"""Exports a small ResNet of torchvision to ONNX, in float and quantised to int8 by PyTorch.

    python3 export.py FOLDER

writes float.onnx, int8.onnx (torch.ao.quantization, eager mode: QDQ form with uint8 activations),
calibration.npy (16 images) and images.npy (2 images). Weights and images are random, from a seed.
Needs PyTorch, torchvision, onnx and NumPy; on Debian: python3-torch python3-torchvision python3-onnx.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch.ao import quantization
from torchvision.models.quantization import resnet

SIZE = 32
CLASSES = 10
OPSET = 13


def network():
    """A ResNet of four basic blocks, ready to be quantised."""
    torch.manual_seed(1)
    return resnet.QuantizableResNet(
        resnet.QuantizableBasicBlock, [1, 1, 1, 1], num_classes=CLASSES
    ).eval()


def export(model, file):
    torch.onnx.export(
        model,
        torch.zeros(1, 3, SIZE, SIZE),
        str(file),
        opset_version=OPSET,
        input_names=["image"],
        output_names=["scores"],
    )


def quantised(model, images):
    """The model in int8, its ranges measured on images."""
    torch.backends.quantized.engine = next(
        engine
        for engine in ("fbgemm", "x86", "qnnpack")
        if engine in torch.backends.quantized.supported_engines
    )
    model.fuse_model()
    # 7 bits for activations, as PyTorch advises for processors without VNNI.
    model.qconfig = quantization.get_default_qconfig(torch.backends.quantized.engine)
    prepared = quantization.prepare(model)
    with torch.no_grad():
        for image in images:
            prepared(image[None])
    return quantization.convert(prepared)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: export.py FOLDER")
    warnings.filterwarnings("ignore")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    images = torch.randn(16, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))
    np.save(folder / "calibration.npy", images.numpy())
    np.save(folder / "images.npy", images[:2].numpy())
    export(network(), folder / "float.onnx")
    export(quantised(network(), images), folder / "int8.onnx")


if __name__ == "__main__":
    main()
