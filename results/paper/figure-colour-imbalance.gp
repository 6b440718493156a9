# Draws figure-colour-imbalance.svg and figure-colour-imbalance.pdf from figure-colour-imbalance.dat: gnuplot figure-colour-imbalance.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 1290,360 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 12.9in,3.6in font "Helvetica,9"
  }
  set output "figure-colour-imbalance.".format
  set multiplot layout 1,3
  set title "all test images"
  set xlabel "round" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:10.0]; set xtics 2
  plot "figure-colour-imbalance.dat" index 0 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "no codec", \
    "figure-colour-imbalance.dat" index 1 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "AE 320", \
    "figure-colour-imbalance.dat" index 2 using 1:2 with lines linewidth 2 linecolor rgb "#009E73" title "AE 320 + 8 bit", \
    "figure-colour-imbalance.dat" index 3 using 1:2 with lines linewidth 2 linecolor rgb "#CC79A7" title "AE 320 + 4 bit"
  set title "in colour"
  set xlabel "round" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:10.0]; set xtics 2
  plot "figure-colour-imbalance.dat" index 4 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "no codec", \
    "figure-colour-imbalance.dat" index 5 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "AE 320", \
    "figure-colour-imbalance.dat" index 6 using 1:2 with lines linewidth 2 linecolor rgb "#009E73" title "AE 320 + 8 bit", \
    "figure-colour-imbalance.dat" index 7 using 1:2 with lines linewidth 2 linecolor rgb "#CC79A7" title "AE 320 + 4 bit"
  set title "in grey"
  set xlabel "round" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:10.0]; set xtics 2
  plot "figure-colour-imbalance.dat" index 8 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "no codec", \
    "figure-colour-imbalance.dat" index 9 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "AE 320", \
    "figure-colour-imbalance.dat" index 10 using 1:2 with lines linewidth 2 linecolor rgb "#009E73" title "AE 320 + 8 bit", \
    "figure-colour-imbalance.dat" index 11 using 1:2 with lines linewidth 2 linecolor rgb "#CC79A7" title "AE 320 + 4 bit"
  unset multiplot
}
unset output
