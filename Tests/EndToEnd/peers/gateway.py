"""placeholder"""
import os
def binary(): return os.environ["VESTIBULE_BIN"]
class Demo: pass
class Gateway: pass
