"""What do these pixels say? Scan files to pages, registration, ink apart from print, readers.

Knows no form, record or database: given images and hints, it returns readings. The only place
where OpenCV, ONNX Runtime, Tesseract and Poppler appear.
"""
